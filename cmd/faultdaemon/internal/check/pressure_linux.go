package check

import (
	"bytes"
	"os"
	"strconv"
)

// runnable returns how many threads of the machine run or want to, without the one that
// asks.
//
// /proc/loadavg is "0.20 0.18 0.12 3/80 11206": three of eighty (proc_loadavg(5)).
func runnable() (int, bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(text)
	if len(fields) < 4 {
		return 0, false
	}
	running, _, found := bytes.Cut(fields[3], []byte("/"))
	n, err := strconv.Atoi(string(running))
	return max(n-1, 0), found && err == nil
}
