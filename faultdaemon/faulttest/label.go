package faulttest

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"
)

// labelKey is the profiler label that marks the goroutines of one run of a
// client on the real clock, where no bubble does: whoever has it gives it to
// the goroutines that it starts.
const labelKey = "faulttest"

// labelled is the client with a label on its goroutines.
func labelled(c client, label string) client {
	return func(ctx context.Context, dial Dialer) (answer any, err error) {
		pprof.Do(ctx, pprof.Labels(labelKey, label), func(ctx context.Context) { answer, err = c(ctx, dial) })
		return answer, err
	}
}

// stillThere returns the stacks of the goroutines with a label that do not end
// within a time.
func stillThere(label string, within time.Duration) []string {
	return goroutines{runtime.NumGoroutine, goroutineProfile}.stillThere(label, within)
}

// goroutines is how to look at those of the process. The count costs nothing,
// the profile the more the more of them there are. The count alone never says
// that nothing is left: others may have ended meanwhile.
type goroutines struct {
	count   func() int
	profile func() string
}

// stillThere reads the profile once if nothing is left. Otherwise it reads it
// again whenever the count has changed, and when the time is over.
func (p goroutines) stillThere(label string, within time.Duration) []string {
	late := time.After(within)
	before := p.count()
	stacks := withLabel(p.profile(), label)
	for wait := time.Millisecond; len(stacks) > 0; wait *= 2 {
		select {
		case <-time.After(wait):
		case <-late:
			return withLabel(p.profile(), label)
		}
		if now := p.count(); now != before {
			before = now
			stacks = withLabel(p.profile(), label)
		}
	}
	return nil
}

// goroutineProfile is the text form of the profile: of goroutines with equal
// stacks and labels it has the number, the labels and the stack.
//
//	2 @ 0x47e2ae 0x48fa65 0x48dd61
//	# labels: {"faulttest":"0xc000124000"}
//	#	0x48fa64	example.com/client.(*Conn).loop+0x24	/src/client/conn.go:41
func goroutineProfile() string {
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		return "" // a strings.Builder takes everything
	}
	return b.String()
}

var (
	copies = regexp.MustCompile(`(?m)^(\d+) @`)
	frame  = regexp.MustCompile(`(?m)^#\t0x[0-9a-f]+\t(\S+)\+0x[0-9a-f]+\t+(\S+:\d+)$`)
)

// withLabel returns the stacks of a profile that have a label.
func withLabel(profile, label string) (stacks []string) {
	mark := fmt.Sprintf("%q:%q", labelKey, label)
	for _, entry := range strings.Split(profile, "\n\n") {
		n := copies.FindStringSubmatch(entry)
		if n == nil || !strings.Contains(entry, mark) {
			continue
		}
		stack := "goroutine:"
		for _, f := range frame.FindAllStringSubmatch(entry, -1) {
			stack += "\n" + f[1] + "(...)\n\t" + f[2]
		}
		count, _ := strconv.Atoi(n[1]) // digits
		stacks = append(stacks, slices.Repeat([]string{stack}, count)...)
	}
	slices.Sort(stacks)
	return stacks
}
