package e2e

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// pageFile is the page that the verdicts are on.
const pageFile = "../docs/clients.md"

// place is a part of the page that is generated.
var place = regexp.MustCompile(`(?s)(<!-- BEGIN e2e (\w+)(?: (\d+))? -->\n)(.*?)(<!-- END e2e -->\n)`)

// A table has the cells of all clients, by column and row.
type table struct {
	subjects []subject
	rows     []faultdaemon.Fault
	cells    map[string]map[faultdaemon.Fault]cell
}

// page returns the page with its generated parts made anew.
func (tb table) page(t *testing.T, old string) string {
	return place.ReplaceAllStringFunc(old, func(part string) string {
		m := place.FindStringSubmatch(part)
		var text string
		switch m[2] {
		case "clients":
			text = tb.clients(t)
		case "verdicts":
			text = tb.verdicts()
		case "finding":
			text = tb.finding(t, m[3])
		default:
			t.Fatalf("%s has an unknown part %q", pageFile, m[2])
		}
		return m[1] + text + m[5]
	})
}

// clients are the clients, their versions, and how many of their verdicts have
// which grade.
func (tb table) clients(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| client | package | version | speaks | ok | lenient | late | overstrict | unsafe | untested |\n" +
		"| --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, s := range tb.subjects {
		count := make(map[faulttest.Grade]int)
		for _, c := range tb.cells[s.name] {
			count[c.worst()]++
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %d | %d | %d | %d | %d | %d |\n", s.name, s.from, version(t, s.module), s.speaks,
			count[verdict.OK], count[verdict.Lenient], count[verdict.Late], count[verdict.Overstrict], count[verdict.Unsafe], count[""])
	}
	return b.String()
}

// version is that of a module in go.mod, from which these tests are built.
func version(t *testing.T, module string) string {
	if module == "" {
		return "Go's own"
	}
	text, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	m := regexp.MustCompile(`(?m)^\s+` + regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(text)
	require.NotNil(t, m, "go.mod does not require %s", module)
	return string(m[1])
}

// verdicts is the table.
func (tb table) verdicts() string {
	var b strings.Builder
	b.WriteString("| fault |")
	for _, s := range tb.subjects {
		fmt.Fprintf(&b, " %s |", s.name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(tb.subjects)) + "\n")
	for _, row := range tb.rows {
		fmt.Fprintf(&b, "| [`%s`](faults.md#%s) |", row, row.Name())
		for _, s := range tb.subjects {
			c, meets := tb.cells[s.name][row]
			if !meets {
				b.WriteString(" |")
				continue
			}
			fmt.Fprintf(&b, " %s |", c.text(findingOf(s.name, row)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// findingOf is the number of the finding that explains a cell; 0 is none.
func findingOf(subject string, row faultdaemon.Fault) int {
	for i, f := range findings() {
		if slices.Contains(f.cells[subject], row) {
			return i + 1
		}
	}
	return 0
}

// finding is the head of a section: its title, and what was seen where.
func (tb table) finding(t *testing.T, number string) string {
	var n int
	_, err := fmt.Sscan(number, &n)
	require.NoError(t, err)
	require.LessOrEqual(t, n, len(findings()), "%s has a finding too many", pageFile)
	f := findings()[n-1]
	var b strings.Builder
	fmt.Fprintf(&b, "### <a id=\"%d\"></a>%d. %s\n\n", n, n, f.title)
	for _, s := range tb.subjects {
		if rows := f.cells[s.name]; len(rows) > 0 {
			fmt.Fprintf(&b, "- %s: %s\n", s.name, tb.seen(s.name, rows))
		}
	}
	return b.String()
}

// seen lists the rows by what the cell says.
func (tb table) seen(subject string, rows []faultdaemon.Fault) string {
	by := make(map[string][]string)
	for _, row := range rows {
		text := strings.ReplaceAll(tb.cells[subject][row].text(0), "*", "")
		by[text] = append(by[text], "`"+string(row)+"`")
	}
	var list []string
	for _, text := range slices.Sorted(maps.Keys(by)) {
		list = append(list, text+" under "+strings.Join(by[text], ", "))
	}
	return strings.Join(list, "; ")
}

// cellsOf returns what the table on a page says, by column and row.
func cellsOf(page string) map[string]map[faultdaemon.Fault]string {
	said := make(map[string]map[faultdaemon.Fault]string)
	var columns []string
	for line := range strings.Lines(page) {
		parts := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		switch row := rowName.FindStringSubmatch(parts[0]); {
		case parts[0] == "fault":
			columns = parts[1:]
			for _, c := range columns {
				said[c] = make(map[faultdaemon.Fault]string)
			}
		case row != nil && len(parts) == len(columns)+1:
			for i, c := range columns {
				said[c][faultdaemon.Fault(row[1])] = parts[i+1]
			}
		}
	}
	return said
}

var rowName = regexp.MustCompile("^\\[`([^`]+)`\\]\\(faults\\.md#")
