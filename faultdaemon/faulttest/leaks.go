package faulttest

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// bubbleMark is how a stack's first line names the bubble of its goroutine:
// "goroutine 35 [chan receive (durable), synctest bubble 7]:".
var bubbleMark = regexp.MustCompile(`^goroutine \d+ .*(synctest bubble \d+)[,\]]`)

// leftBehind returns the stacks of the goroutines of this goroutine's bubble
// but for itself and those that the bubble consists of.
func leftBehind() (stacks []string) {
	all := strings.Split(allStacks(), "\n\n")
	own := bubbleMark.FindStringSubmatch(all[0])
	if own == nil {
		return nil
	}
	for _, stack := range all[1:] {
		mark := bubbleMark.FindStringSubmatch(stack)
		if mark != nil && mark[1] == own[1] && !strings.Contains(stack, "testing/synctest.") {
			stacks = append(stacks, plain(stack))
		}
	}
	slices.Sort(stacks)
	return stacks
}

// allStacks returns the stacks of all goroutines, this one's first.
func allStacks() string {
	for size := 64 << 10; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return string(buf[:n])
		}
	}
}

// What differs from run to run in a stack that is otherwise the same.
var varying = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?m)^goroutine \d+ \[([^],]*).*\]:$`), "goroutine [$1]:"},
	{regexp.MustCompile(` in goroutine \d+`), ""},
	{regexp.MustCompile(`(?m) \+0x[0-9a-f]+$`), ""},
	{regexp.MustCompile(`(?m)\((0x|\{|\.\.\.|_)[^\n]*\)$`), "(...)"},
}

// plain returns a stack without numbers and addresses.
func plain(stack string) string {
	for _, v := range varying {
		stack = v.pattern.ReplaceAllString(stack, v.with)
	}
	return strings.TrimSpace(stack)
}
