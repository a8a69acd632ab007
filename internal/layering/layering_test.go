// Package layering holds the direction of the project's imports.
package layering

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/faultdaemon/toolkit/"

// A rule says what packages may link.
type rule struct {
	packages string   // a prefix of paths below the module
	except   []string // prefixes that the rule is not about
	allowed  []string // prefixes of import paths, below the module where they begin with ./
	exactly  []string // import paths below the module, of which what is below them is not allowed
	why      string
}

var rules = []rule{
	{
		packages: "faultdaemon",
		except:   []string{"faultdaemon/internal/conformance"},
		allowed:  []string{"./faultdaemon", "./internal/jsonedit", "./internal/session", "./internal/wholefile"},
		why:      "the core goes into everybody's tests: it brings the standard library and nothing else",
	},
	{
		packages: "faultdaemon/verdict",
		allowed:  []string{"./SELF", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit", "internal/wholefile"},
		why:      "the judge knows neither runners nor their clients",
	},
	{
		packages: "faultdaemon/sweep",
		allowed:  []string{"./SELF", "./faultdaemon/verdict", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit", "internal/wholefile"},
		why:      "what a sweep expects is the same for all runners",
	},
	{
		packages: "internal/session",
		allowed:  []string{"./SELF", "./faultdaemon/verdict", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit", "internal/wholefile"},
		why:      "the calls of a session are the same for all runners",
	},
	{
		packages: "faultdaemon/shrink",
		allowed:  []string{"./SELF", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "which plan is the smallest depends on what fails alone: it knows no judge and no runner",
	},
	{
		packages: "faultdaemon/stdio",
		allowed:  []string{"./SELF", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "a process that joins a daemon is a transport: it judges nobody and knows no protocol",
	},
	{
		packages: "faultdaemon/listen",
		allowed:  []string{"./SELF", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "where a daemon listens is the core's: these are steps of its own",
	},
	{
		packages: "faultdaemon/exampletest",
		allowed:  []string{"./SELF", "./faultdaemon/internal/memnet", "./faultdaemon/internal/respawn", "./faultdaemon/stdio"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "generated tests check a daemon: they judge no client",
	},
	{
		packages: "gen/spec",
		allowed:  []string{"./faultdaemon", "./gen/spec", "./internal/jsonedit"},
		why:      "users' packages link the spec types",
	},
	{
		packages: "gen/catalogue",
		except:   []string{"gen/catalogue/relay"},
		allowed:  []string{"./faultdaemon", "./gen/spec", "./gen/catalogue", "./internal/jsonedit"},
		why:      "a catalogue is data made of the core's types",
	},
	{
		packages: "gen/catalogue/process",
		allowed:  []string{"./SELF", "./faultdaemon/stdio", "./gen/spec", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "what processes do wrong is made of what a process can be told",
	},
	{
		packages: "gen/catalogue/listen",
		allowed:  []string{"./SELF", "./faultdaemon/listen", "./gen/spec", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "what a daemon's life has of faults is made of the steps of where it listens",
	},
	{
		packages: "gen/catalogue/relay",
		allowed:  []string{"./SELF", "./relay", "./gen/spec", "./faultdaemon/internal/memnet"},
		exactly:  []string{"faultdaemon", "internal/jsonedit"},
		why:      "what happens between a client and a real daemon is made of what a relay can do",
	},
	{
		packages: "relay",
		allowed:  []string{"./faultdaemon", "./relay", "./internal/jsonedit"},
		why:      "a relay works with any protocol, so it knows none",
	},
	{
		packages: "protocols",
		allowed:  []string{"./faultdaemon", "./gen/spec", "./internal/jsonedit", "./SELF"},
		why:      "protocols know the core and not each other",
	},
	{
		packages: "handlers",
		allowed:  []string{"./faultdaemon", "./relay", "./handlers", "./internal/jsonedit", "golang.org/x/tools/txtar"},
		why:      "handlers work with any protocol, so they know none",
	},
	{
		packages: "examples",
		except:   []string{"examples/kv/kvfault", "examples/kv/cmd/kvfault"},
		allowed:  []string{"./examples"},
		why:      "a client and its daemon are what a user has: the toolkit is in their tests alone",
	},
	{
		packages: "examples/kv/kvfault",
		allowed:  []string{"./examples/kv/kvfault", "./faultdaemon", "./gen/spec", "./protocols", "./internal/jsonedit"},
		why:      "what describes the protocol shares no code with the client that it tests",
	},
	{
		packages: "examples/kv/cmd/kvfault",
		allowed: []string{
			"./examples/kv", "./cmd/faultdaemon", "./faultdaemon", "./handlers", "./relay", "./protocols", "./gen/spec", "./internal/jsonedit", "./internal/session", "./internal/wholefile",
			"al.essio.dev/pkg/shellescape", "github.com/gopacket/gopacket", "github.com/jstemmer/go-junit-report/v2", "github.com/mitchellh/colorstring",
			"github.com/schollz/progressbar/v3",
			"github.com/cpuguy83/go-md2man/v2", "github.com/inconshreveable/mousetrap", "github.com/jedib0t/go-pretty/v6",
			"github.com/mattn/go-runewidth", "github.com/rivo/uniseg", "github.com/russross/blackfriday/v2",
			"github.com/spf13/cobra", "github.com/spf13/pflag", "go.yaml.in/yaml/v3", "golang.org/x",
		},
		why: "a team's own command is the faultdaemon command with the team's protocol, and brings no library of its own",
	},
}

// The generator must work when the core does not compile.
var generator = []string{"gen", "gen/cmd/faultgen"}

type pkg struct {
	ImportPath string
	Standard   bool
	Deps       []string
}

func TestImportsPointOneWay(t *testing.T) {
	packages, standard := list(t)
	for _, r := range rules {
		matched := 0
		for _, p := range packages {
			below := strings.TrimPrefix(p.ImportPath, module)
			if !within(below, r.packages) || anyWithin(below, r.except) {
				continue
			}
			matched++
			for _, dep := range p.Deps {
				if !standard[dep] && !r.allows(p.ImportPath, dep) {
					t.Errorf("%s links %s: %s", p.ImportPath, dep, r.why)
				}
			}
		}
		require.NotZero(t, matched, "the rule for %s is about no package", r.packages)
	}
}

func TestTheGeneratorDoesNotLinkWhatItGenerates(t *testing.T) {
	packages, _ := list(t)
	found := 0
	for _, p := range packages {
		for _, g := range generator {
			if p.ImportPath != module+g {
				continue
			}
			found++
			for _, dep := range p.Deps {
				if dep == module+"faultdaemon" || dep == module+"gen/spec" {
					t.Errorf("%s links %s: a broken core could not be generated again", p.ImportPath, dep)
				}
			}
		}
	}
	require.Equal(t, len(generator), found)
}

// TestTestsOfImportedPackagesUseTestifyOnly looks at what go mod tidy counts into a user's go.sum:
// the tests of the packages that the user imports or has as a tool.
func TestTestsOfImportedPackagesUseTestifyOnly(t *testing.T) {
	out := run(t, "list", "-f", "{{.ImportPath}} {{join .TestImports \" \"}} {{join .XTestImports \" \"}}",
		"./faultdaemon/...", "./gen/...", "./protocols/...", "./handlers/...", "./relay/...")
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if strings.Contains(words[0], "/conformance/") {
			continue
		}
		for _, imported := range words[1:] {
			if strings.Contains(strings.Split(imported, "/")[0], ".") &&
				!strings.HasPrefix(imported, module) && !strings.HasPrefix(imported, "github.com/stretchr/testify/") {
				t.Errorf("the tests of %s import %s: it would be in the go.sum of everybody who uses the package", words[0], imported)
			}
		}
	}
}

func (r rule) allows(importer, dep string) bool {
	if below, ours := strings.CutPrefix(dep, module); ours && slices.Contains(r.exactly, below) {
		return true
	}
	for _, allowed := range r.allowed {
		if below, ours := strings.CutPrefix(allowed, "./"); ours {
			if below == "SELF" {
				allowed = importer
			} else {
				allowed = module + below
			}
		}
		if within(dep, allowed) {
			return true
		}
	}
	return false
}

// within reports whether path is parent or below it.
func within(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

func anyWithin(path string, parents []string) bool {
	for _, parent := range parents {
		if within(path, parent) {
			return true
		}
	}
	return false
}

// list returns the module's packages, and which import paths are the standard
// library's.
func list(t *testing.T) (ours []pkg, standard map[string]bool) {
	standard = map[string]bool{}
	for d := json.NewDecoder(strings.NewReader(run(t, "list", "-deps", "-json=ImportPath,Standard,Deps", "./..."))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return ours, standard
		}
		require.NoError(t, err)
		standard[p.ImportPath] = p.Standard
		if strings.HasPrefix(p.ImportPath, module) {
			ours = append(ours, p)
		}
	}
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = "../.."
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}
