package check

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
)

// crashes match what the runtimes of languages print when nobody has caught an
// error. Each wants more than a word that people use, too: a stack, a place in
// the source, the runtime's own sentence. A group is the line that says most; where
// there is none it is the first of the match.
var crashes = regexp.MustCompile(`(?m)` + strings.Join([]string{
	// Go
	`^(?:panic|fatal error): (?s:.*?)^(?:goroutine \d+ .*\[|runtime stack:)`,
	`^SIG[A-Z]+: .*\nPC=`,

	// Python
	`^(?:  \+ Exception Group )?Traceback \(most recent call last\):`,

	// Node since 17, Node before, Deno
	`^\S*:\d+\n.*\n[ \t]*\^*\n\n?(.*)\n(?s:.*?)^Node\.js v\d+\.\d+\.\d+`,
	`\n\n(Node\.js v\d+\.\d+\.\d+)\S*$`,
	`^\S*:\d+\n.*\n[ \t]*\^+\n\n?(\S*(?:Error|Rejection)\b.*)\n    at `,
	`^error: Uncaught `,

	// Java and what runs on it
	`^Exception in thread ".*" [\w$]+\.`,
	`^Exception: \S+ thrown from the UncaughtExceptionHandler in thread "`,

	// Rust: until 1.72, until 1.90, since
	`^thread '.*' (?:\(\d+\) )?panicked at `,

	// C and C++ with sanitizers; memory that is not freed at the end is no crash
	`^(?:==\d+==)?(?:ERROR|WARNING): (?:HW)?(?:Address|Memory|Thread|UndefinedBehavior)Sanitizer: `,
	`^WARNING: ThreadSanitizer: `,
	`^\S+:\d+:\d+: runtime error: `,

	// .NET, the older .NET and Mono
	`^Unhandled exception\. [\w.]+`,
	`^Unhandled Exception:\s+[\w.]+Exception`,

	// Ruby, PHP
	"^\\S+:\\d+:in [`'].*: .* \\([A-Z][\\w:]*\\)$",
	`^(?:PHP )?Fatal error:  ?Uncaught `,
}, "|"))

// crash is what ended the client, if it was a signal that is not ours, or what
// its language's runtime does with an error that nobody has caught; "" otherwise.
func (p *process) crash() string {
	switch {
	case p.killed:
		return ""
	case p.signal != "":
		return "it was killed by a signal: " + p.signal
	case p.exit == 0:
		return ""
	}
	for _, text := range [][]byte{p.stderr.kept, p.stderr.last} {
		if line := crashLine(text); line != "" {
			return line
		}
	}
	return shellSignal(p.exit)
}

// crashLine is the line in which a runtime says what nobody has caught; "" where
// none has.
func crashLine(stderr []byte) string {
	at := crashes.FindSubmatchIndex(stderr)
	if at == nil {
		return ""
	}
	begin := at[0]
	for i := 2; i < len(at); i += 2 {
		if at[i] >= 0 {
			begin = at[i]
		}
	}
	return string(firstLine(stderr[begin:]))
}

// shellSignal is what an exit status says of a program that a shell has run and a
// signal has killed; "" where it says nothing. Statuses that programs choose when
// somebody ends them are none.
func shellSignal(exit int) string {
	switch signal := syscall.Signal(exit - 128); signal {
	case syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV, syscall.SIGPIPE:
		return fmt.Sprintf("exit status %d is a shell's for a program that was killed by a signal: %s", exit, signal)
	}
	return ""
}
