package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kvfault": main})
}

// TestScripts runs the command against the real client.
func TestScripts(t *testing.T) {
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, "../kv").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			dir, err := os.MkdirTemp("", "fd") // short enough for sockets
			if err != nil {
				return err
			}
			env.Setenv("TMPDIR", dir)
			env.Setenv("KV", filepath.Join(bin, "kv"))
			env.Defer(func() {
				if err := os.Remove(dir); err != nil {
					env.T().Fatal("left in TMPDIR: ", err)
				}
			})
			return nil
		},
	})
}
