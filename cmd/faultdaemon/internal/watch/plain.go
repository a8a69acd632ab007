package watch

import (
	"fmt"
	"io"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Plain writes a line for every event that is none of healthy traffic, and a last
// one that counts.
type Plain struct {
	w      io.Writer
	daemon *faultdaemon.FaultDaemon
	counts counts
}

// NewPlain returns a Plain that writes to w.
func NewPlain(w io.Writer) *Plain { return &Plain{w: w} }

// Started is told the daemon.
func (p *Plain) Started(d *faultdaemon.FaultDaemon, _ []string) { p.daemon = d }

// Events writes their lines, with one Write.
func (p *Plain) Events(events []faultdaemon.Event, missed int64) {
	var lines strings.Builder
	if missed > 0 {
		fmt.Fprintf(&lines, "%s not shown: there were too many at once\n", number(missed, "event"))
	}
	p.counts.add(events, missed, func(ev faultdaemon.Event) { lines.WriteString(line(ev) + "\n") })
	p.write(lines.String())
}

// Stopped writes the last line.
func (p *Plain) Stopped() {
	p.write(fmt.Sprintf("%s on %s; faults: %s\n", number(p.counts.requests, "request"), number(p.counts.connections, "connection"), fired(p.daemon)))
}

func (p *Plain) write(text string) {
	if text != "" {
		_, _ = io.WriteString(p.w, text) // nobody needs these lines for the traffic to go on
	}
}
