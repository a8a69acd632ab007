// Package generator holds the generator's command to what it says of itself,
// with libraries that those who install it shall not need.
package generator

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts in testdata expect, and what pages quote of them")

// TestScripts runs the command in throwaway modules. A script holds the spec
// and what is made of it side by side.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, root+"/gen/cmd/faultgen").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TOOLKIT", root)
			for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS"} {
				if value, found := os.LookupEnv(name); found {
					env.Setenv(name, value)
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"module":  writeModule,
			"replace": replaceText,
			"status":  exitStatus,
		},
	})
}

// writeModule is the command "module PATH [TOOLKIT]": it makes the current
// directory a module that uses the toolkit in a directory. It starts with the
// toolkit's go.sum, so that nobody has to be asked for checksums.
func writeModule(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: module path [toolkit]")
	}
	toolkit := ts.Getenv("TOOLKIT")
	if len(args) == 2 {
		toolkit = ts.MkAbs(args[1])
	}
	mod := "module " + args[0] + "\n\ngo 1.25.0\n\n" +
		"require github.com/faultdaemon/toolkit v0.0.0\n\n" +
		"replace github.com/faultdaemon/toolkit => " + toolkit + "\n"
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte(mod), 0o644))
	sums := ts.ReadFile(filepath.Join(ts.Getenv("TOOLKIT"), "go.sum"))
	ts.Check(os.WriteFile(ts.MkAbs("go.sum"), []byte(sums), 0o644))
}

// replaceText is the command "replace FILE OLD NEW"; OLD must be there.
func replaceText(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	path := ts.MkAbs(args[0])
	before := ts.ReadFile(path)
	if !strings.Contains(before, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(before, args[1], args[2])), 0o644))
}

// exitStatus is the command "status N COMMAND...": COMMAND must exit with N.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status n command...")
	}
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	_ = cmd.Run()
	if want := args[0]; strconv.Itoa(cmd.ProcessState.ExitCode()) != want {
		ts.Fatalf("exit status %d, want %s", cmd.ProcessState.ExitCode(), want)
	}
}
