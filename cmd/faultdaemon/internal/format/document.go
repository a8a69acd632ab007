// Package format writes what became of clients in the forms that people and
// machines read.
package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A Document is what became of one client or several. It is what the JSON format
// writes and what the others are made of.
type Document struct {
	Clients []Client `json:"clients"`
}

// A Client is one client and what became of it.
type Client struct {
	Name   string         // the program's name, or what the user calls it
	Report verdict.Report // under faults
	Sweep  *sweep.Report  // at every byte of the replies; nil: it was not swept

	// Alone returns the command that runs one fault alone; nil where that is
	// not known.
	Alone func(faultdaemon.Fault) string

	// Spawns is whether the client spawns its server: texts say "the server" then,
	// in the place of "the daemon".
	Spawns bool
}

// clientJSON is a client as JSON has it.
type clientJSON struct {
	Name   string          `json:"name"`
	Report json.RawMessage `json:"report"`
	Sweep  *sweep.Report   `json:"sweep,omitempty"`
	Alone  string          `json:"alone,omitempty"` // with {fault} for the fault
}

// placeholder stands for the fault in the command that JSON has.
const placeholder = "{fault}"

// MarshalJSON returns the client with all that is known of each result.
func (c Client) MarshalJSON() ([]byte, error) {
	report, err := json.Marshal(c.Report.Detailed())
	if err != nil {
		return nil, err
	}
	w := clientJSON{Name: c.Name, Report: report, Sweep: c.Sweep}
	if c.Alone != nil {
		w.Alone = c.Alone(placeholder)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes, as far as the JSON of results has
// it; an error comes back as its text.
func (c *Client) UnmarshalJSON(text []byte) error {
	var w clientJSON
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	report := struct {
		*verdict.Report
		Error string `json:"error"`
	}{Report: &verdict.Report{}}
	if err := json.Unmarshal(w.Report, &report); err != nil {
		return fmt.Errorf("the report of %q: %w", w.Name, err)
	}
	*c = Client{Name: w.Name, Report: *report.Report, Sweep: w.Sweep}
	if report.Error != "" {
		c.Report.Err = errors.New(report.Error)
	}
	if w.Alone != "" {
		c.Alone = func(f faultdaemon.Fault) string { return strings.ReplaceAll(w.Alone, placeholder, string(f)) }
	}
	return nil
}

// Read reads a document that JSON has written. What is none is an error.
func Read(r io.Reader) (d Document, err error) {
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return d, fmt.Errorf("this is no report of --format json: %w", err)
	}
	if len(d.Clients) == 0 {
		return d, errors.New("this is no report of --format json: it has no clients")
	}
	return d, nil
}

// JSON writes the document, indented.
func (d Document) JSON(w io.Writer) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// OK reports whether nothing fails.
func (d Document) OK() bool {
	for _, c := range d.Clients {
		if !c.Report.OK() || c.Sweep != nil && !c.Sweep.OK() {
			return false
		}
	}
	return true
}

// subject is what the faults are of.
func (c Client) subject() string {
	if c.Spawns {
		return "The server"
	}
	return "The daemon"
}

// alone is the command that runs a fault alone, "" where that is not known.
func (c Client) alone(f faultdaemon.Fault) string {
	if c.Alone == nil {
		return ""
	}
	return c.Alone(f)
}
