package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the command, and the clients that the
// scripts put through faults.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"faultdaemon": main,
		"polite":      polite,
		"deaf":        deaf,
		"tardy":       tardy,
		"slow":        slow,
		"bulky":       bulky,
		"trusting":    trusting,
		"careless":    careless,
		"panicky":     panicky,
		"suicidal":    suicidal,
		"fickle":      fickle,
		"strict":      strict,
		"idle":        func() {},
		"mute":        mute,
		"interrupter": interrupter,
		"ask":         askOnce,
		"control":     controlOnce,
		"await":       awaitEvent,
		"caller":      caller,
		"stubborn":    stubborn,
		"quitter":     quitter,
		"spawner":     spawner,
		"patient":     patient,
		"spinner":     spinner,
		"hog":         hog,
		"remover":     remover,
		"launcher":    launcher,
		"keeper":      keeper,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               setup,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": serve, "proxy": proxy, "end": end, "block": block, "pongd": pongd, "noprocess": noProcess,
		},
	})
}

// setup gives the script a directory for temporary files that is short enough
// for sockets, and sees that nothing is left in it.
func setup(env *testscript.Env) error {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return err
	}
	env.Setenv("TMPDIR", dir)
	env.Values["served"] = &served{}
	keepTools(env)
	env.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector's second before every exit is no silence
	env.Defer(func() {
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			env.T().Fatal("left in TMPDIR: ", left, err)
		}
		if err := os.Remove(dir); err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}

// keepTools lets compilers find what they keep in the user's directories.
func keepTools(env *testscript.Env) {
	for name, below := range map[string]string{
		"GOCACHE": ".cache/go-build", "RUSTUP_HOME": ".rustup", "CARGO_HOME": ".cargo", "PYENV_ROOT": ".pyenv",
	} {
		value := os.Getenv(name)
		if home, err := os.UserHomeDir(); value == "" && err == nil {
			value = filepath.Join(home, below)
		}
		env.Setenv(name, value)
	}
}

// condition is that of [java16]: Java knows Unix sockets.
func condition(name string) (bool, error) {
	if name != "java16" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	out, err := exec.Command("java", "--version").Output() // not known to Java 8
	if err != nil {
		return false, nil
	}
	fields := strings.Fields(string(out))
	if len(fields) < 2 {
		return false, nil
	}
	major, _, _ := strings.Cut(fields[1], ".")
	version, err := strconv.Atoi(major)
	return err == nil && version >= 16, nil
}

// noProcess waits until no process is left that has the script's TMPDIR in its
// arguments, for a second at most: one that was killed ends soon.
func noProcess(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: noprocess")
	}
	tick, late := time.NewTicker(5*time.Millisecond), time.After(time.Second)
	defer tick.Stop()
	for {
		left := processesWith(ts.Getenv("TMPDIR"))
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("left behind: %q", left)
		}
	}
}

// processesWith are the command lines that have a text.
func processesWith(text string) (list []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		if command, _ := os.ReadFile(file); strings.Contains(string(command), text) {
			list = append(list, strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	return list
}

// exits runs a command and compares its exit code: exits 2 faultdaemon check.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
