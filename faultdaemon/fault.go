package faultdaemon

import (
	"fmt"
	"strings"
)

// A Fault is the name of one way of misbehaving, with optional arguments:
// "close_after_read", "slow_response(300ms)", "cut_at(7, reset)".
//
// The generated constants of this package and of the protocol packages are
// names without arguments; [Fault.With] adds them. A Fault that comes from
// outside the program goes through [ParseFault] or [Catalogue.Parse], which
// also bring it into its canonical form: arguments separated by a comma and
// one space, durations as [time.Duration] prints them.
type Fault string

// FaultNone is no fault: the daemon is healthy. It is no entry of any
// catalogue; it parses from and prints as "none".
const FaultNone Fault = ""

// With returns the fault with these arguments in place of any it had:
// FaultSlowResponse.With(300*time.Millisecond) is "slow_response(300ms)".
// Durations, integers and strings are written as [fmt.Sprint] prints them.
// Whether they suit the fault is decided where the fault is put to use.
func (f Fault) With(args ...any) Fault {
	if len(args) == 0 {
		return Fault(f.Name())
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = fmt.Sprint(arg)
	}
	return withArgs(f.Name(), texts)
}

// Name returns the fault without its arguments.
func (f Fault) Name() string {
	name, _, _ := strings.Cut(string(f), "(")
	return strings.TrimSpace(name)
}

// Args returns the arguments as they are written, nil when there are none.
func (f Fault) Args() []string {
	_, args, found := strings.Cut(strings.TrimSpace(string(f)), "(")
	args = strings.TrimSpace(strings.TrimSuffix(args, ")"))
	if !found || args == "" {
		return nil
	}
	list := strings.Split(args, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// String returns the fault as it is written, and "none" for [FaultNone].
func (f Fault) String() string {
	if f == FaultNone {
		return "none"
	}
	return string(f)
}

// withArgs writes the canonical form of a fault.
func withArgs(name string, args []string) Fault {
	if len(args) == 0 {
		return Fault(name)
	}
	return Fault(name + "(" + strings.Join(args, ", ") + ")")
}
