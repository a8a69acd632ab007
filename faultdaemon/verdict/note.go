package verdict

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// unnamed is what is noted of a client that could not connect and whose error, and what
// else it printed, does not say to what.
const unnamed = "the error does not name the socket"

// note returns what a result says beside its verdict: "" for nothing.
func (o *Observation) note(info faultdaemon.Info) string {
	if o.Address == "" || info.Stage != faultdaemon.StageListen || o.Connections > 0 || o.Err == nil || !o.finished() {
		return ""
	}
	said := o.Err.Error()
	for _, out := range o.Output {
		said += "\n" + strings.Join(out.Lines, "\n")
	}
	if strings.Contains(said, o.Address) {
		return ""
	}
	return unnamed
}
