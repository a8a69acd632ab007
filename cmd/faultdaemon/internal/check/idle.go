package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Idle returns an error when no fault of a report has acted, so that nothing
// was found out about the client; else nil.
func Idle(report verdict.Report) error {
	var reasons []string
	for _, res := range report.Results {
		if res.Verdict != verdict.Untested {
			return nil
		}
		reason := fmt.Sprintf("%s: %s", res.Fault, res.Why)
		reasons = append(reasons, reason)
	}
	if len(reasons) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("no fault has acted, so nothing is known about the client\n")
	verdict.Section(&b, "why", reasons)
	b.WriteString("choose faults that can act on what this client does, or have it do more: see --fault, --match and --after")
	return errors.New(b.String())
}
