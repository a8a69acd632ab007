package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// generates is faultgen on a catalogue whose files are as they should be.
func generates(s *Setup) (Round, error) {
	program, err := build(s, s.Root, "./gen/cmd/faultgen")
	if err != nil {
		return nil, err
	}
	return repeat(s.Times(3), func() error {
		return run(s.Root, nil, program, "-spec", "./protocols/ndjson", "-docs", "docs/faults.md", "-check")
	}), nil
}

// stringer is stringer on one type.
func stringer(s *Setup) (Round, error) {
	program, err := build(s, filepath.Join(s.Root, "bench"), "golang.org/x/tools/cmd/stringer")
	if err != nil {
		return nil, err
	}
	dir, err := module(s, "", map[string]string{
		"kind.go": "package kind\n\ntype Kind int\n\nconst (\n\tOne Kind = iota\n\tTwo\n\tThree\n)\n",
	})
	if err != nil {
		return nil, err
	}
	return repeat(s.Times(3), func() error { return run(dir, nil, program, "-type", "Kind") }), nil
}

// generatesMany is faultgen on a catalogue of n entries, files and all.
func generatesMany(n int) Side {
	return func(s *Setup) (Round, error) {
		program, err := build(s, s.Root, "./gen/cmd/faultgen")
		if err != nil {
			return nil, err
		}
		dir, err := module(s, s.Root, map[string]string{"many.go": entries(s.Times(n))})
		if err != nil {
			return nil, err
		}
		return repeat(1, func() error { return run(dir, nil, program, "-docs", "FAULTS.md") }), nil
	}
}

// entries is the source of a catalogue of n faults.
func entries(n int) string {
	var b strings.Builder
	b.WriteString(`package many

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Catalogue{Prefix: "many", Protocol: faultdaemon.Lines}

var _ = spec.Faults{
`)
	for i := range n {
		fmt.Fprintf(&b, `	{
		Name:    "moved_%[1]d",
		Stage:   spec.Respond,
		Summary: "answers that the key belongs to shard %[1]d.",
		Tests:   "that the client asks the shard that it is sent to.",
		Client:  spec.Rejects,
		Do:      faultdaemon.Send(faultdaemon.Literal("MOVED %[1]d\n")),
		Examples: []spec.Example{
			{Send: "get a\n", Reply: "1\n", Got: "MOVED %[1]d\n", Then: spec.Open},
		},
	},
`, i)
	}
	b.WriteString("}\n")
	return b.String()
}

// The tests that firstTest runs.
const (
	importsFaulttest = `package first

import (
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestFirst(t *testing.T) {
	if faulttest.Start(t, faultdaemon.Config{}).SocketPath() == "" {
		t.Fatal("no socket")
	}
}
`
	importsHTTPTest = `package first

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFirst(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	if s.URL == "" {
		t.Fatal("no address")
	}
}
`
)

// firstTest is go test of a module with this test where nothing was built before, the
// standard library included.
func firstTest(source string) Side {
	return func(s *Setup) (Round, error) {
		dir, err := module(s, s.Root, map[string]string{"first_test.go": source})
		if err != nil {
			return nil, err
		}
		return repeat(1, func() error {
			var env []string
			if !s.Short {
				env = append(env, "GOCACHE="+s.Path("cache"))
			}
			return run(dir, env, "go", "test", "-count=1", ".")
		}), nil
	}
}

// module makes a module with these files, which may import the toolkit at root, "" for
// none.
func module(s *Setup, root string, files map[string]string) (dir string, err error) {
	dir = s.Path("module")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	text := "module example.com/bench\n\ngo 1.25.0\n"
	if root != "" {
		text += "\nrequire github.com/faultdaemon/toolkit v0.0.0\n\nreplace github.com/faultdaemon/toolkit => " + root + "\n"
	}
	files["go.mod"] = text
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// build builds a program and returns its path.
func build(s *Setup, dir, pkg string) (string, error) {
	path := s.Path("program")
	return path, run(dir, nil, "go", "build", "-o", path, pkg)
}

// run runs a program. What it says is in the error.
func run(dir string, env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return nil
}
