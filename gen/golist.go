package gen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/build"
	"io"
	"os/exec"
	"strings"
)

// goList runs go list in a directory and returns what it prints. With -e among the
// arguments that is worth reading even where a package cannot be found or compiled.
func goList(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("go list: %w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return out, nil
}

// contextFormat prints what decides which files belong to a package, one a line.
const contextFormat = `{{context.GOOS}}
{{context.GOARCH}}
{{context.CgoEnabled}}
{{join context.BuildTags " "}}
{{join context.ReleaseTags " "}}`

// buildContext returns the build context that the go command has in a directory:
// the environment, go env -w and GOFLAGS have a say in it.
func buildContext(dir string) (*build.Context, error) {
	out, err := goList(dir, "-f", contextFormat, "--", "unsafe")
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != 5 {
		return nil, fmt.Errorf("go list describes the build context as %q", out)
	}
	c := build.Default
	c.GOOS, c.GOARCH, c.CgoEnabled = lines[0], lines[1], lines[2] == "true"
	c.BuildTags, c.ReleaseTags = strings.Fields(lines[3]), strings.Fields(lines[4])
	return &c, nil
}

// A listed is a package as go list describes it.
type listed struct {
	ImportPath, Dir   string
	Export            string // the file with its export data; "" where it does not compile
	GoFiles, CgoFiles []string
	Error             *struct{ Err string }
}

// listPackages describes packages and all that they import, seen from a directory,
// and compiles those that are not yet.
func listPackages(dir string, paths []string) ([]*listed, error) {
	args := []string{"-e", "-deps", "-export", "-pgo=off", "-json=ImportPath,Dir,Export,GoFiles,CgoFiles,Error", "--"}
	out, err := goList(dir, append(args, paths...)...)
	if err != nil {
		return nil, err
	}
	var list []*listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		switch err := d.Decode(p); err {
		case nil:
			list = append(list, p)
		case io.EOF:
			return list, nil
		default:
			return nil, fmt.Errorf("reading what go list says: %w", err)
		}
	}
}
