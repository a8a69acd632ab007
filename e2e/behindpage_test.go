package e2e

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// behindPart is the tables of real daemons behind the relay on the page.
var behindPart = regexp.MustCompile(`(?s)(<!-- BEGIN behind -->\n)(.*?)(<!-- END behind -->\n)`)

// The relay changes nothing, in front of the servers that need no more than Go and Node.
func TestBehindHealthy(t *testing.T) {
	for _, b := range []behind{modelContext(), plainHTTP()} {
		t.Run(b.column(), func(t *testing.T) {
			t.Parallel()
			b.healthy(t, b.start(t))
		})
	}
}

// The relay changes nothing, and under a fault a client does what the page says. Where
// the client or the daemon has another version than on the page, a difference is logged
// only. With -update the page has what was seen, in the columns of the daemons that are
// installed.
func TestBehind(t *testing.T) {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	part := behindPart.FindSubmatch(text)
	require.NotNil(t, part, "%s has no part for daemons behind the relay", pageFile)
	page := behindTables{heads: make(map[string]string), cells: cellsOf(string(part[2]))}
	for line := range strings.Lines(string(part[2])) {
		for _, b := range behinds() {
			if strings.HasPrefix(line, b.head("")) {
				page.heads[b.column()] = line
			}
		}
	}
	for _, b := range behinds() {
		t.Run(b.column(), func(t *testing.T) {
			f := b.start(t)
			t.Run("healthy", func(t *testing.T) { b.healthy(t, f) })
			b.compare(t, f, page)
		})
	}
	if *update {
		fresh := behindPart.ReplaceAllLiteral(text, slices.Concat(part[1], []byte(page.String()), part[3]))
		require.NoError(t, os.WriteFile(pageFile, fresh, 0o644))
	}
}

// compare judges the client and compares that with the page, or updates this.
func (b behind) compare(t *testing.T, f front, page behindTables) {
	head := b.head(fmt.Sprintf("%s | %s | %s |\n", f.version, b.client, firstLine(command(t, b.version[0], b.version[1:]...))))
	known := page.heads[b.column()] == head
	said := page.cells[b.column()]
	now := make(map[faultdaemon.Fault]string)
	for row, r := range b.judge(t, f) {
		now[row] = cellOf(r, b.either[row]).text(0)
		switch {
		case now[row] == said[row] || *update:
		case known:
			t.Errorf("%s under %s: the page says %q, and now it is %q: %s", b.column(), row, said[row], now[row], did(r))
		default:
			t.Logf("%s under %s: the page says %q of other versions, and now it is %q", b.column(), row, said[row], now[row])
		}
	}
	require.Len(t, now, len(b.rows()))
	if *update {
		page.heads[b.column()], page.cells[b.column()] = head, now
	}
}

// head is its row in the table of versions, which ends with more.
func (b behind) head(more string) string { return fmt.Sprintf("| %s | %s", b.column(), more) }

// behindTables are the part of the page, by column.
type behindTables struct {
	heads map[string]string
	cells map[string]map[faultdaemon.Fault]string
}

// String is the versions, then the verdicts.
func (p behindTables) String() string {
	var b strings.Builder
	b.WriteString("| column | version of the daemon | client | version of the client |\n| --- | --- | --- | --- |\n")
	var columns []string
	var rows []faultdaemon.Fault
	for _, c := range behinds() {
		columns = append(columns, c.column())
		b.WriteString(p.heads[c.column()])
		for _, row := range c.rows() {
			if !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	// What acts on pushes comes last.
	slices.SortStableFunc(rows, func(x, y faultdaemon.Fault) int {
		return strings.Count(string(x[:2]), pushed) - strings.Count(string(y[:2]), pushed)
	})
	fmt.Fprintf(&b, "\n| fault | %s |\n| --- |%s\n", strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
	for _, row := range rows {
		fmt.Fprintf(&b, "| [`%s`](faults.md#%s) |", row, strings.TrimPrefix(string(row), pushed))
		for _, c := range columns {
			if cell := p.cells[c][row]; cell != "" {
				b.WriteString(" " + cell)
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	return b.String()
}
