package faulttest_test

import (
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// A script does something to a process and says what came of it.
type script func(p *process, say speaker)

// In these, what is said is the kernel's word on pipes, and of Pipes in memory
// and over a socket the same is true.
var scripts = map[string]script{
	"both directions": func(p *process, say speaker) {
		say.write("client", p.stdin, "ping")
		say.read("server", p.in)
		say.write("server", p.out, "pong")
		say.read("client", p.stdout)
	},
	"nothing": func(p *process, say speaker) {
		say.write("client", p.stdin, "")
		say.call("client reads nothing", func() (int, error) { return p.stdout.Read(nil) })
		p.exit()
		say.write("client", p.stdin, "")
		say.call("client reads nothing", func() (int, error) { return p.stdout.Read(nil) })
		say.close("stdin", p.stdin)
		say.close("stdout", p.stdout)
		say.write("client", p.stdin, "")
		say.call("client reads nothing", func() (int, error) { return p.stdout.Read(nil) })
	},
	"Stdin is closed": func(p *process, say speaker) {
		say.write("client", p.stdin, "last")
		say.close("stdin", p.stdin)
		say.read("server", p.in)
		say.read("server", p.in)
		say.write("server", p.out, "still")
		say.read("client", p.stdout)
		say.write("client", p.stdin, "late")
		say.close("stdin", p.stdin)
		p.exit()
		say.read("client", p.stdout)
		say.write("client", p.stdin, "later")
	},
	"Stdout is closed": func(p *process, say speaker) {
		say.write("server", p.out, "unread")
		say.close("stdout", p.stdout)
		say.write("server", p.out, "late")
		say.write("server", p.out, "late")
		say.write("client", p.stdin, "still")
		say.read("server", p.in)
		say.read("client", p.stdout)
		say.call("client reads nothing", func() (int, error) { return p.stdout.Read(nil) })
		say.close("stdout", p.stdout)
	},
	"both are closed": func(p *process, say speaker) {
		say.write("client", p.stdin, "last")
		say.write("server", p.out, "unread")
		say.close("stdin", p.stdin)
		say.close("stdout", p.stdout)
		say.read("server", p.in)
		say.read("server", p.in)
		say.write("server", p.out, "late")
	},
	"both are closed, Stdout first": func(p *process, say speaker) {
		say.write("client", p.stdin, "last")
		say.write("server", p.out, "unread")
		say.close("stdout", p.stdout)
		say.close("stdin", p.stdin)
		say.read("server", p.in)
		say.read("server", p.in)
		say.write("server", p.out, "late")
	},
	"the server exits": func(p *process, say speaker) { ends(p, say, p.exit) },
	"the server is killed": func(p *process, say speaker) {
		ends(p, say, p.kill)
	},
	"the server is killed, write first": func(p *process, say speaker) {
		say.write("client", p.stdin, "unread")
		p.kill()
		say.write("client", p.stdin, "late")
		say.read("client", p.stdout)
		say.write("client", p.stdin, "late")
	},
	"the server closes its stdin": func(p *process, say speaker) {
		p.closeIn()
		say.write("client", p.stdin, "late")
		say.write("client", p.stdin, "late")
		say.write("server", p.out, "still")
		say.read("client", p.stdout)
		say.close("stdin", p.stdin)
	},
	"the server closes its stdout": func(p *process, say speaker) {
		say.write("server", p.out, "last")
		p.closeOut()
		say.read("client", p.stdout)
		say.read("client", p.stdout)
		say.write("client", p.stdin, "still")
		say.read("server", p.in)
	},
	"closed after the server's end": func(p *process, say speaker) {
		p.kill()
		say.close("stdin", p.stdin)
		say.close("stdout", p.stdout)
		say.close("stdin", p.stdin)
		say.close("stdout", p.stdout)
	},
	"Stdout is closed while a Read blocks": func(p *process, say speaker) {
		say.begin(p, "client reads", reads(p.stdout), func() { say.close("stdout", p.stdout) })
	},
	"the server writes while a Read blocks": func(p *process, say speaker) {
		say.begin(p, "client reads", reads(p.stdout), func() { say.write("server", p.out, "pong") })
	},
	"the server exits while a Read blocks": func(p *process, say speaker) {
		say.begin(p, "client reads", reads(p.stdout), p.exit)
	},
	"Stdin is closed while a server's read blocks": func(p *process, say speaker) {
		say.begin(p, "server reads", reads(p.in), func() { say.close("stdin", p.stdin) })
	},
	"Stdout is closed while a server's write blocks": func(p *process, say speaker) {
		say.begin(p, "server writes", writes(p.out, 1<<20), func() { say.close("stdout", p.stdout) }, uncounted)
	},
	"the server exits while a Write blocks": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), p.exit, uncounted)
	},
	"the server is killed while a Write blocks": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), p.kill, uncounted)
	},
	"Stdin is closed while a Write blocks": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), func() { say.close("stdin", p.stdin) }, uncounted)
		_, err := io.Copy(io.Discard, p.in)
		say("server reads to the end", 0, err)
	},
	"the server reads while a Write blocks": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), func() {
			n, err := io.ReadFull(p.in, make([]byte, 1<<20))
			say("server reads", n, err)
		})
	},
}

// inPipes are the scripts that a socket plays otherwise.
var inPipes = map[string]script{
	"Stdin holds 64 KiB":  func(p *process, say speaker) { fill(p, say, p.stdin, p.exit) },
	"Stdout holds 64 KiB": func(p *process, say speaker) { fill(p, say, p.out, func() { say.close("stdout", p.stdout) }) },
	"a Write goes on where the server has read": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 65536+4096), func() {
			n, err := io.ReadFull(p.in, make([]byte, 4096))
			say("server reads", n, err)
		})
		say.begin(p, "client writes one more", writes(p.stdin, 1), func() { p.exit() })
	},
	"the server closes its stdin while a Write blocks": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), p.closeIn)
	},
	"Stdin is closed while a Write blocks, with what it had taken": func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), func() { say.close("stdin", p.stdin) })
		n, err := io.Copy(io.Discard, p.in)
		say("server reads to the end", int(n), err)
	},
}

// ends has bytes under way in both directions when the server does.
func ends(p *process, say speaker, end func()) {
	say.write("client", p.stdin, "unread")
	say.write("server", p.out, "last")
	end()
	say.read("client", p.stdout)
	say.read("client", p.stdout)
	say.read("client", p.stdout)
	say.write("client", p.stdin, "late")
	say.write("client", p.stdin, "late")
}

// fill writes as much as there is room for.
func fill(p *process, say speaker, w io.Writer, release func()) {
	say.call("writes 65536", writes(w, 65536))
	say.begin(p, "writes one more", writes(w, 1), release)
}

func TestPipesAreThoseOfTheKernel(t *testing.T) {
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			want := play(t, script, kernelPipes(t))
			synctest.Test(t, func(t *testing.T) {
				require.Equal(t, want, play(t, script, served(memoryPipes(t))), "in memory")
			})
			require.Equal(t, want, play(t, script, served(socketPipes(t))), "over a socket")
		})
	}
	for name, script := range inPipes {
		t.Run(name, func(t *testing.T) {
			want := play(t, script, kernelPipes(t))
			synctest.Test(t, func(t *testing.T) {
				require.Equal(t, want, play(t, script, served(memoryPipes(t))), "in memory")
			})
		})
	}
}

// Some of what the kernel says, in words: the comparisons above would hold as
// well if nothing were said at all.
func TestWhatPipesSay(t *testing.T) {
	for name, want := range map[string][]string{
		"the server is killed": {
			`client writes "unread": 6 <nil>`, `server writes "last": 4 <nil>`,
			`client reads "last": 4 <nil>`, `client reads "": 0 EOF`, `client reads "": 0 EOF`,
			`client writes "late": 0 write |1: broken pipe`, `client writes "late": 0 write |1: broken pipe`,
		},
		"both are closed": {
			`client writes "last": 4 <nil>`, `server writes "unread": 6 <nil>`, `close stdin: 0 <nil>`, `close stdout: 0 <nil>`,
			`server reads "last": 4 <nil>`, `server reads "": 0 EOF`, `server writes "late": 0 broken pipe`,
		},
		"closed after the server's end": {
			`close stdin: 0 <nil>`, `close stdout: 0 <nil>`,
			`close stdin: 0 close |1: file already closed`, `close stdout: 0 close |0: file already closed`,
		},
		"Stdout is closed while a Read blocks": {
			`close stdout: 0 <nil>`, `client reads: 0 read |0: file already closed`,
		},
		"Stdin is closed while a Write blocks": {
			`close stdin: 0 <nil>`, `client writes: 0 write |1: file already closed`, `server reads to the end: 0 <nil>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { require.Equal(t, want, play(t, scripts[name], served(memoryPipes(t)))) })
		})
	}
	for name, want := range map[string][]string{
		"Stdin holds 64 KiB":                               {`writes 65536: 65536 <nil>`, `writes one more: 0 write |1: broken pipe`},
		"Stdout holds 64 KiB":                              {`writes 65536: 65536 <nil>`, `close stdout: 0 <nil>`, `writes one more: 0 broken pipe`},
		"the server closes its stdin while a Write blocks": {`client writes: 65536 write |1: broken pipe`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { require.Equal(t, want, play(t, inPipes[name], served(memoryPipes(t)))) })
		})
	}
}

// A signal of the client's is an end of the server like any other.
func TestKill(t *testing.T) {
	killed := func(p *process, say speaker) { ends(p, say, p.kill) }
	blocked := func(p *process, say speaker) {
		say.begin(p, "client reads", reads(p.stdout), p.kill)
		say.close("stdin", p.stdin)
		say.close("stdout", p.stdout)
		p.kill()
	}
	blockedWrite := func(p *process, say speaker) {
		say.begin(p, "client writes", writes(p.stdin, 1<<20), p.kill, uncounted)
	}
	for name, script := range map[string]script{"with bytes under way": killed, "while a Read blocks": blocked, "while a Write blocks": blockedWrite} {
		t.Run(name, func(t *testing.T) {
			want := play(t, script, kernelPipes(t))
			synctest.Test(t, func(t *testing.T) {
				require.Equal(t, want, play(t, script, killable(memoryPipes(t))), "in memory")
			})
			require.Equal(t, want, play(t, script, killable(socketPipes(t))), "over a socket")
		})
	}
}
