package lookup

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Names writes one fault a line.
func (l List) Names(w io.Writer) error {
	for _, info := range l.all() {
		if _, err := fmt.Fprintln(w, info.Name); err != nil {
			return err
		}
	}
	return nil
}

// summaryWidth is how wide a table's column of summaries is at most.
const summaryWidth = 48

// Table writes a table, one of the faults of sockets and one of those of processes,
// and below them why faults do not apply.
func (l List) Table(w io.Writer) error {
	var b strings.Builder
	if len(l.Faults) > 0 || len(l.all()) == 0 {
		b.WriteString(tableOf(l.Faults))
	}
	for _, more := range []struct {
		title  string
		faults []faultdaemon.Info
	}{
		{"Faults of where the daemon listens, and of its restarts", l.OfSockets},
		{"Faults of a server that the client spawns", l.OfProcesses},
	} {
		if len(more.faults) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(more.title + "\n\n" + tableOf(more.faults))
	}
	for _, left := range l.NotApplicable {
		fmt.Fprintf(&b, "\nleft out: %s", left.Reason)
	}
	if len(l.NotApplicable) > 0 {
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func tableOf(faults []faultdaemon.Info) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 4, WidthMax: summaryWidth, WidthMaxEnforcer: text.WrapSoft}})
	t.AppendHeader(table.Row{"fault", "stage", "expected", "the daemon"})
	for _, info := range faults {
		t.AppendRow(table.Row{info.Name, info.Stage, strings.Join(Expected(info.Client), "\n"), strings.TrimSuffix(info.Summary, ".")})
	}
	return t.Render() + "\n"
}

// entryJSON is a fault as JSON has it.
type entryJSON struct {
	Name        faultdaemon.Fault `json:"name"`
	Stage       faultdaemon.Stage `json:"stage"`
	Spawned     bool              `json:"spawned,omitempty"`
	Summary     string            `json:"summary"`
	Tests       string            `json:"tests"`
	Simulates   string            `json:"simulates,omitempty"`
	Expected    []string          `json:"expected"`
	Why         string            `json:"why,omitempty"`
	Needs       string            `json:"needs,omitempty"`
	Params      []paramJSON       `json:"params,omitempty"`
	CheckedAs   faultdaemon.Fault `json:"checked_as"`
	AlsoKnownAs []string          `json:"also_known_as,omitempty"`
	Bug         string            `json:"bug,omitempty"`
}

type paramJSON struct {
	Name    string           `json:"name"`
	Kind    faultdaemon.Kind `json:"kind"`
	Default string           `json:"default,omitempty"`
	Choices []string         `json:"choices,omitempty"`
	Doc     string           `json:"doc,omitempty"`
}

// JSON writes an object with the faults and those that do not apply.
func (l List) JSON(w io.Writer) error {
	doc := struct {
		Faults        []entryJSON             `json:"faults"`
		NotApplicable []verdict.NotApplicable `json:"not_applicable,omitempty"`
	}{Faults: []entryJSON{}, NotApplicable: l.NotApplicable}
	for _, info := range l.all() {
		doc.Faults = append(doc.Faults, entry(info))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

func entry(info faultdaemon.Info) entryJSON {
	e := entryJSON{
		Name: info.Name, Stage: info.Stage, Spawned: ofProcesses(info), Summary: info.Summary, Tests: info.Tests, Simulates: info.Simulates,
		Expected: Expected(info.Client), Why: info.Why, Needs: info.Needs.String(),
		CheckedAs: info.Fault(), AlsoKnownAs: info.AlsoKnownAs, Bug: info.Bug,
	}
	for _, p := range info.Params {
		e.Params = append(e.Params, paramJSON{p.Name, p.Kind, p.Default, p.Choices, p.Doc})
	}
	return e
}
