package e2e

import (
	"flag"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

var update = flag.Bool("update", false, "rewrite what docs/clients.md says that the clients do")

// The page says what each client does under each fault. A verdict that is
// another one fails the test of its client.
func TestVerdicts(t *testing.T) {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	said := cellsOf(string(text))
	tb := table{subjects: subjects(), cells: make(map[string]map[faultdaemon.Fault]cell)}
	for _, s := range tb.subjects {
		for _, a := range s.casesOf(t) {
			if !slices.Contains(tb.rows, a.row) {
				tb.rows = append(tb.rows, a.row)
			}
		}
	}
	var mu sync.Mutex
	t.Run("of", func(t *testing.T) {
		for _, s := range tb.subjects {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				column := s.judge(t)
				cells := make(map[faultdaemon.Fault]cell)
				for row, r := range column {
					cells[row] = cellOf(r, s.either[row])
					now := cells[row].text(findingOf(s.name, row))
					if old := said[s.name][row]; old != now && !*update {
						t.Errorf("%s under %s: the page says %q, and now it is %q: %s", s.name, row, old, now, did(r))
					}
				}
				mu.Lock()
				defer mu.Unlock()
				tb.cells[s.name] = cells
			})
		}
	})
	if len(tb.cells) < len(tb.subjects) {
		return // some clients only, or a process of the judge's
	}
	tb.requireExplained(t)
	fresh := tb.page(t, string(text))
	if *update {
		require.NoError(t, os.WriteFile(pageFile, []byte(fresh), 0o644))
		return
	}
	require.True(t, fresh == string(text), "%s is out of date: go test -run TestVerdicts -update .", pageFile)
}

// did says what a client did.
func did(r faulttest.Result) string {
	if r.Err != nil {
		return string(r.Verdict) + ": " + r.Err.Error() + " " + r.Why
	}
	return string(r.Verdict) + r.Crash + r.Why
}

// requireExplained fails the test unless each verdict that is not expected
// belongs to a finding, and each finding to such verdicts.
func (tb table) requireExplained(t *testing.T) {
	t.Helper()
	for _, s := range tb.subjects {
		for _, row := range tb.rows {
			c, meets := tb.cells[s.name][row]
			explained := findingOf(s.name, row) > 0
			assert.Equal(t, meets && c.unexpected(), explained, "%s under %s: is the cell unexpected, and does it have a finding?", s.name, row)
		}
	}
}
