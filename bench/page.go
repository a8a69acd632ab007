package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A page is what docs/performance.md says of one run.
type page struct {
	date, machine string
	results       []Result
	grown         []Grown
}

// plotName is the plot's file, beside the page.
const plotName = "performance.svg"

// The markers that what is measured stands between.
const (
	begin = "<!-- BEGIN measured -->\n"
	end   = "<!-- END measured -->\n"
)

// text is what stands between the markers.
func (p page) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "`make bench`, %s, on %s, %s.\n\n", p.date, p.machine, runtime.Version())
	b.WriteString(table(p.results))
	b.WriteString("\nHow costs grow:\n\n")
	b.WriteString(growthTable(p.grown))
	fmt.Fprintf(&b, "\n![How costs grow](%s)\n", plotName)
	return b.String()
}

// writePage writes a run into the page and its plot beside it.
func writePage(root string, p page) error {
	path := filepath.Join(root, "docs", "performance.md")
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fresh, err := between(string(old), p.text())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var plot bytes.Buffer
	if err := drawGrowths(&plot, p.grown); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "docs", plotName), plot.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(fresh), 0o644)
}

// between puts text between the markers.
func between(page, text string) (string, error) {
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("there is no %q with a %q behind it: put them where the table belongs", begin, end)
	}
	return before + begin + text + end + after, nil
}
