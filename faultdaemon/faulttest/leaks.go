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

// bubbleOf returns the name that a goroutine's stack has for its bubble, empty
// where there is none.
func bubbleOf(stack string) string {
	mark := bubbleMark.FindStringSubmatch(stack)
	if mark == nil {
		return ""
	}
	return mark[1]
}

// ownBubble returns the name of this goroutine's bubble.
func ownBubble() string {
	var firstLine [128]byte
	return bubbleOf(string(firstLine[:runtime.Stack(firstLine[:], false)]))
}

// leftBehind returns those of the stacks that are of a bubble that has ended.
func leftBehind(all, bubble string) (stacks []string) {
	for stack := range strings.SplitSeq(all, "\n\n") {
		if bubbleOf(stack) == bubble {
			stacks = append(stacks, plain(stack))
		}
	}
	slices.Sort(stacks)
	return stacks
}

// allStacks returns the stacks of all goroutines. That takes the longer the more
// of them there are, also those that earlier runs left behind.
func allStacks() string {
	const usual = 1 << 10 // bytes of one stack: each time that they do not fit, all are read again
	for size := 64<<10 + usual*runtime.NumGoroutine(); ; size *= 2 {
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
