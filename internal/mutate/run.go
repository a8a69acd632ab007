package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A suite is the compiled tests of a package, with every mutant in them.
type suite struct {
	binary, dir, scratch string
	tests                []test
}

// A test is one top-level test or example, alone: how long it takes, and the
// numbers of the mutants that it reaches.
type test struct {
	name    string
	takes   time.Duration
	reaches map[int]bool
}

// learn runs each test alone. It fails if one does not pass while no mutant
// acts.
func (s *suite) learn() error {
	list, err := s.command(context.Background(), "-test.list", ".").Output()
	if err != nil {
		return fmt.Errorf("listing the tests of %s: %w", s.dir, err)
	}
	for name := range strings.Lines(string(list)) {
		name = strings.TrimSpace(name)
		if strings.HasPrefix(name, "Benchmark") {
			continue
		}
		reached := filepath.Join(s.scratch, "reached")
		if err := os.WriteFile(reached, nil, 0o600); err != nil {
			return err
		}
		began := time.Now()
		cmd := s.command(context.Background(), "-test.run", only(name))
		cmd.Env = append(cmd.Environ(), "MUTANTS_REACHED="+reached)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s fails without a mutant: %w\n%s", name, err, out)
		}
		t := test{name, time.Since(began), map[int]bool{}}
		text, err := os.ReadFile(reached)
		if err != nil {
			return err
		}
		for _, field := range bytes.Fields(text) {
			n, err := strconv.Atoi(string(field))
			if err != nil {
				return err
			}
			t.reaches[n] = true
		}
		s.tests = append(s.tests, t)
	}
	slices.SortFunc(s.tests, func(a, b test) int { return cmp.Compare(a.takes, b.takes) })
	return nil
}

// try runs the tests that reach a mutant while it acts, and returns what
// becomes of it. The quickest are tried first, since most mutants fail them all.
func (s *suite) try(n int) string {
	result := "NOT COVERED"
	var names []string
	var take time.Duration
	limit := 200 * time.Millisecond
	for _, t := range s.tests {
		if !t.reaches[n] {
			continue
		}
		if len(names) > 0 && take+t.takes > limit {
			if result = s.run(n, take, names); result != "LIVED" {
				return result
			}
			names, take, limit = nil, 0, 4*limit
		}
		names = append(names, t.name)
		take += t.takes
	}
	if len(names) > 0 {
		result = s.run(n, take, names)
	}
	return result
}

// run runs tests while a mutant acts. They are killed after four times what they take
// without it, and four seconds.
func (s *suite) run(n int, take time.Duration, tests []string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 4*take+4*time.Second)
	defer cancel()
	cmd := s.command(ctx, "-test.failfast", "-test.run", only(tests...))
	cmd.Env = append(cmd.Environ(), "MUTANT="+strconv.Itoa(n))
	cmd.WaitDelay = time.Second
	switch err := cmd.Run(); {
	case ctx.Err() != nil:
		return "TIMED OUT"
	case err != nil:
		return "KILLED"
	}
	return "LIVED"
}

// command is the test binary with arguments, where go test would run it.
func (s *suite) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.binary, args...)
	cmd.Dir = s.dir
	cmd.Env = append(cmd.Environ(), "TMPDIR="+s.scratch) // where a test that is killed leaves its files
	return cmd
}

// only returns the pattern of exactly these tests.
func only(names ...string) string {
	for i, name := range names {
		names[i] = regexp.QuoteMeta(name)
	}
	return "^(" + strings.Join(names, "|") + ")$"
}
