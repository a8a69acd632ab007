package check

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crashLines are what is to be shown of the files of testdata/crash, which the
// runtimes have written.
var crashLines = map[string]string{
	"c-asan-1":                      "ERROR: AddressSanitizer: heap-buffer-overflow on address ",
	"c-asan-4":                      "c4.c:2:42: runtime error: load of null pointer of type 'int'",
	"c-asan-6":                      "ERROR: AddressSanitizer: stack-buffer-overflow on address ",
	"c-tsan":                        "ERROR: ThreadSanitizer: SEGV on unknown address ",
	"c-ubsan-fatal":                 "c2.c:2:45: runtime error: signed integer overflow: ",
	"go-deadlock":                   "fatal error: all goroutines are asleep - deadlock!",
	"go-map":                        "panic: assignment to entry in nil map",
	"go-panic":                      "panic: eof",
	"go-recovered":                  "panic: one [recovered]",
	"go-signal":                     "panic: runtime error: invalid memory address or nil pointer dereference",
	"java-17-cause":                 `Exception in thread "main" java.lang.RuntimeException: wrapped`,
	"java-17-main":                  `Exception in thread "main" java.io.IOException: closed`,
	"java-17-thread":                `Exception in thread "reader "1"" java.lang.RuntimeException: x`,
	"node-20-error":                 "Error: boom",
	"node-20-error-event":           "Error: connect ENOENT /nonexistent",
	"node-20-json":                  "SyntaxError: Expected ':' after property name in JSON at position 4",
	"node-20-module":                "TypeError: x",
	"node-20-object":                "{ a: 1 }",
	"node-20-rejection":             "Error: boom",
	"node-20-rejection-of-a-string": "UnhandledPromiseRejection: This error originated either by throwing inside of an async function ",
	"node-20-string":                "x",
	"python-2.7":                    "Traceback (most recent call last):",
	"python-3.11-chained":           "Traceback (most recent call last):",
	"python-3.11-group":             "  + Exception Group Traceback (most recent call last):",
	"python-3.13":                   "Traceback (most recent call last):",
	"python-3.6":                    "Traceback (most recent call last):",
	"python-thread":                 "Traceback (most recent call last):",
	"rust-1.95":                     "thread 'main' (",
	"rust-1.95-backtrace":           "thread 'main' (",
	"rust-1.95-thread":              "thread 'reader' (",
}

func TestRealCrashes(t *testing.T) {
	for name, stderr := range captured(t, "crash") {
		want := crashLines[name]
		require.NotEmpty(t, want, name)
		assert.Contains(t, crashLine(stderr), want, name)
		assert.Contains(t, crashLine(append([]byte("connecting\n"), stderr...)), want, "%s, after a log", name)
	}
}

// What runtimes write when a program has ended by itself, and what they do not
// call a crash.
func TestWhatIsNoCrash(t *testing.T) {
	for name, stderr := range captured(t, "nocrash") {
		assert.Empty(t, crashLine(stderr), name)
	}
}

// captured are the files of a directory below testdata.
func captured(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := make(map[string][]byte)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[strings.TrimSuffix(filepath.Base(file), ".txt")] = text
	}
	return texts
}

// What runtimes write that were not here to be asked, as their documentation has
// it.
func TestDocumentedCrashes(t *testing.T) {
	for name, tt := range map[string]struct{ stderr, want string }{
		"Rust before 1.73": {
			"thread 'main' panicked at 'called `Result::unwrap()` on an `Err` value: \"eof\"', src/main.rs:4:40\nnote: run with `RUST_BACKTRACE=1`\n",
			"thread 'main' panicked at 'called `Result::unwrap()` on an `Err` value: \"eof\"', src/main.rs:4:40",
		},
		"Rust before 1.91": {
			"\nthread '<unnamed>' panicked at src/main.rs:4:40:\nindex out of bounds: the len is 3 but the index is 7\n",
			"thread '<unnamed>' panicked at src/main.rs:4:40:",
		},
		"Node before 17": {
			"/src/a.js:2\n\tthrow new Error('boom');\n\t^\n\nError: boom\n    at Object.<anonymous> (/src/a.js:2:7)\n",
			"Error: boom",
		},
		"Deno": {
			"error: Uncaught (in promise) Error: boom\nPromise.reject(new Error(\"boom\"));\n               ^\n    at file:///src/a.ts:1:16\n",
			"error: Uncaught (in promise) Error: boom",
		},
		"Java out of memory": {
			"\nException: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler in thread \"main\"\n",
			`Exception: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler in thread "main"`,
		},
		"Go with cgo": {
			"SIGSEGV: segmentation violation\nPC=0x7f6a m=0 sigcode=1\n",
			"SIGSEGV: segmentation violation",
		},
		"Go stack overflow": {
			"runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw\n",
			"fatal error: stack overflow",
		},
		"ThreadSanitizer race": {
			"==================\nWARNING: ThreadSanitizer: data race (pid=7)\n  Write of size 4\n",
			"WARNING: ThreadSanitizer: data race (pid=7)",
		},
		"MemorySanitizer": {
			"==7==WARNING: MemorySanitizer: use-of-uninitialized-value\n    #0 main\n",
			"==7==WARNING: MemorySanitizer: use-of-uninitialized-value",
		},
		".NET": {
			"Unhandled exception. System.IO.IOException: closed\n   at Program.Main() in /src/Program.cs:line 3\n",
			"Unhandled exception. System.IO.IOException: closed",
		},
		".NET Framework": {
			"\nUnhandled Exception: System.IO.IOException: closed\n   at Program.Main()\n",
			"Unhandled Exception: System.IO.IOException: closed",
		},
		"Mono": {
			"\nUnhandled Exception:\nSystem.IO.IOException: closed\n  at Program.Main () [0x00000] in <filename unknown>:0\n",
			"Unhandled Exception:",
		},
		"Ruby": {
			"a.rb:1:in `read': end of file reached (EOFError)\n\tfrom a.rb:1:in `<main>'\n",
			"a.rb:1:in `read': end of file reached (EOFError)",
		},
		"PHP": {
			"PHP Fatal error:  Uncaught RuntimeException: closed in /src/a.php:3\nStack trace:\n#0 {main}\n  thrown in /src/a.php on line 3\n",
			"PHP Fatal error:  Uncaught RuntimeException: closed in /src/a.php:3",
		},
	} {
		assert.Equal(t, tt.want, strings.TrimSuffix(crashLine([]byte(tt.stderr)), "\n"), name)
	}
}

// Words that crashes have, too, are none by themselves.
func TestProseIsNoCrash(t *testing.T) {
	for _, stderr := range []string{
		"don't panic: the daemon is away\n",
		"panic: the daemon is away\n",
		"fatal error: the daemon is away\n",
		"runtime error: no reply\n",
		"client: runtime error: no reply\n",
		"request failed: see the Traceback (most recent call last): in the log\n",
		"Exception in thread \"main\": the daemon is away\n",
		"the daemon's thread 'main' panicked at noon\n",
		"Uncaught by the cache, the request failed\n",
		"Unhandled exception in the daemon: closed\n",
		"running on Node.js v20.20.2\nno reply\n",
		"Node.js v20.20.2\nno reply\n",
		"    throw new Error('x');\n",
		"node:internal is a prefix\n",
		"config.json:3\n  {\"a\"\n   ^\nexpected a colon\n",
		"ERROR: no reply\nWARNING: no second try\n",
		"a.conf:3:in section [daemon]: no such key\n",
		"goroutine 1 [running]:\nmain.main()\n",
	} {
		assert.Empty(t, crashLine([]byte(stderr)), stderr)
	}
}

func TestCrash(t *testing.T) {
	const traceback = "Traceback (most recent call last):\nEOFError\n"
	for name, tt := range map[string]struct {
		p    process
		want string
	}{
		"exits 0 with a traceback": {process{stderr: output{kept: []byte(traceback)}}, ""},
		"exits 1 with a traceback": {process{exit: 1, stderr: output{kept: []byte(traceback)}}, "Traceback (most recent call last):\n"},
		"traceback on stdout":      {process{exit: 1, stdout: output{kept: []byte(traceback)}}, ""},
		"killed by us":             {process{killed: true, signal: "killed", exit: -1, stderr: output{kept: []byte(traceback)}}, ""},
		"killed by a signal":       {process{signal: "segmentation fault", exit: -1}, "it was killed by a signal: segmentation fault"},
		"exits 1":                  {process{exit: 1}, ""},
		"exits 124, as timeout(1)": {process{exit: 124}, ""},
		"exits 128":                {process{exit: 128}, ""},
		"SIGINT, handled":          {process{exit: 130}, ""},
		"SIGTERM, handled":         {process{exit: 143}, ""},
		"exits 255":                {process{exit: 255}, ""},
		"SIGABRT in a shell":       {process{exit: 134}, "exit status 134 is a shell's for a program that was killed by a signal: " + syscall.SIGABRT.String()},
	} {
		assert.Equal(t, tt.want, tt.p.crash(), name)
	}
}

// A client may have printed much before it crashes.
func TestACrashAfterAFlood(t *testing.T) {
	p := process{exit: 1}
	for _, text := range []string{strings.Repeat("x "+strings.Repeat("x", 1021)+"\n", 1<<11), "Traceback (most recent call last):\n", strings.Repeat("  File\n", 1<<12), "EOFError\n"} {
		_, err := p.stderr.Write([]byte(text))
		require.NoError(t, err)
	}
	assert.Equal(t, "Traceback (most recent call last):\n", p.crash())
	assert.Len(t, p.stderr.kept, 1<<20)
	assert.LessOrEqual(t, len(p.stderr.last), 128<<10)
}
