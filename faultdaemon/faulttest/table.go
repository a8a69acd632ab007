package faulttest

import (
	"strings"
	"text/tabwriter"
	"time"

	"github.com/faultdaemon/toolkit/internal/evidence"
)

// table returns rows, one a line, their cells in columns.
func table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = w.Write([]byte(strings.Join(row, "\t") + "\n")) // a strings.Builder takes everything
	}
	_ = w.Flush()
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// patienceWords says how long a client waits in a silence.
func patienceWords(d time.Duration) string {
	if d == 0 {
		return "the client never gives up by itself"
	}
	return "the client gives up after " + evidence.Brief(d)
}
