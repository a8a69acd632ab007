package notes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// A note is kept once when the client says so, and at most once when it says
// that something was wrong: under every fault, also where the fault is over
// when the client tries again.
func TestANoteIsNeverKeptTwice(t *testing.T) {
	known, err := fd.Join(fd.Builtin(), ndjson.Faults)
	require.NoError(t, err)
	for _, info := range known.All() {
		for _, plan := range []fd.Plan{fd.Always(info.Fault()), fd.FirstN(1, info.Fault())} {
			t.Run(plan.String(), func(t *testing.T) {
				if reason := info.Applies(ndjson.Lines); reason != nil {
					t.Skip(reason)
				}
				n := newNotes(t, "milk")
				cfg := keeping(n)
				cfg.Plan = plan
				against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
					err := c.Add(t.Context(), "eggs")
					d.Stop() // so that nothing is under way
					if err == nil || len(n.List()) > 1 {
						assert.Equal(t, []string{"milk", "eggs"}, n.List(), "the client's error is: %v", err)
					}
				})
			})
		}
	}
}
