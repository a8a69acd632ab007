package check

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// stalls returns for how long some process has waited for a processor. A kernel may be
// without it.
//
// /proc/pressure/cpu begins with "some avg10=0.00 avg60=0.00 avg300=0.00 total=123", in
// microseconds (Documentation/accounting/psi.rst).
func stalls() (time.Duration, bool) {
	text, err := os.ReadFile("/proc/pressure/cpu")
	if err != nil {
		return 0, false
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	_, total, found := bytes.Cut(line, []byte("total="))
	n, err := strconv.ParseInt(string(total), 10, 64)
	return time.Duration(n) * time.Microsecond, found && err == nil
}
