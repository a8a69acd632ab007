package faulttest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
)

// process runs this test alone in a process, and returns the end of what it
// printed.
func (r *runner) process(a assignment) (out string, timeout bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", false, err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", false, err
	}
	limit := 5 * watchdog
	if r.opts.Real {
		limit += 4 * (r.opts.Deadline + 2*realGrace)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	args := []string{"-test.run=" + respawn.OnlyTest(a.Test), "-test.count=1", "-test.timeout=" + (2 * limit).String()}
	cmd := exec.CommandContext(ctx, self, append(args, userFlags(os.Args[1:])...)...)
	cmd.Env = append(os.Environ(), assignmentVariable+"="+string(text))
	all, err := cmd.CombinedOutput()
	const enough = 4 << 10
	return string(all[:min(len(all), enough)]), ctx.Err() != nil, err
}

// userFlags are the arguments that are not the testing package's.
func userFlags(args []string) (list []string) {
	for _, arg := range args {
		if !strings.HasPrefix(strings.TrimLeft(arg, "-"), "test.") || !strings.HasPrefix(arg, "-") {
			list = append(list, arg)
		}
	}
	return list
}
