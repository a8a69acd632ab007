package gen

import (
	"testing"
	"time"
)

func TestPicture(t *testing.T) {
	got := (&entry{}).pictureOf([]example{
		{send: "one\n", reply: "1\n", got: "1\n", then: "EndOpen", after: 2 * time.Second, more: []example{
			{send: "two\n", reply: "2\n", then: "EndReset", after: 1500 * time.Millisecond},
		}},
		{send: "{\"a\":1}\ntwo\n", reply: "a\nb\n", got: "a\n", then: "EndEOF", calls: 2, writes: 1},
		{send: "", reply: "1\n", got: "!", then: "EndUnheardOf", calls: -1, conns: 3},
	}).String()
	want := `
       client --> daemon   "one\n"
  +2s  client <-- daemon   "1\n"
       client --> daemon   "two\n"
+1.5s  client <-x daemon   reset

       client --> daemon   '{"a":1}\n'
                           'two\n'   (2 calls recorded)
                           R = "a\n"
                               "b\n"
       client <-- daemon   "a\n"   (in 1 write)
       client <-| daemon   EOF

                           (connection 3 of the daemon; those before it are open and idle)
       client --> daemon   ""   (not read)
                           R = "1\n"
       client <-- daemon   "!"
       client <-- daemon   unheard of
`
	if got != want[1:] {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

func TestExampleLine(t *testing.T) {
	e := &entry{full: "kv_slow"}
	for _, c := range []struct {
		x    example
		want string
	}{
		{example{send: "1\n", then: "EndEOF"}, `"1\n" -> nothing, EOF`},
		{
			example{with: "7, reset", conns: 2, send: "1\n", got: "2\n", writes: 3, after: time.Second, then: "EndReset"},
			`kv_slow(7, reset), connection 2: "1\n" -> "2\n" in 3 writes after 1s, reset`,
		},
		{
			example{conns: 2, send: "31", got: "32", hex: true, then: "EndOpen", more: []example{{send: "33", then: "EndEOF"}}},
			`connection 2: [31] -> [32], then [33] -> nothing, EOF`,
		},
	} {
		if got := c.x.line(e); got != c.want {
			t.Errorf("\ngot  %s\nwant %s", got, c.want)
		}
	}
}

func TestPictureOfProcesses(t *testing.T) {
	e := &entry{full: "goes", spawned: true}
	got := e.pictureOf([]example{
		{send: "one\n", reply: "1\n", fails: "start: ENOENT", calls: -1, then: "EndOpen"},
		{send: "one\n", reply: "1\n", then: "EndEOF", calls: -1, stderr: "a\nb\nc\nd\ne\n", status: "exit 3"},
		{send: "one\n", reply: "1\n", got: "1\n", then: "EndOpen", closes: "stderr", conns: 2, outlives: "SIGTERM", more: []example{
			{send: "two\n", reply: "2\n", fails: "write: EPIPE", calls: -1, then: "EndOpen"},
		}},
		{send: "31", reply: "32", hex: true, stderr: "ff 00", fails: "write: blocks", then: "EndOpen", status: "signal KILL", outlives: "EOF"},
	}).String()
	want := `
client --x daemon   the start fails with ENOENT

client --> daemon   "one\n"   (not read)
client <-- stderr   "a\n"
                    "b\n"
                    "c\n"
                    ... 10 bytes in all
client <-| daemon   EOF
          process   exits with status 3

                    (process 2 of the daemon; those before it were started first)
client --> daemon   "one\n"
client <-| stderr   EOF
client <-- daemon   "1\n"
client --x daemon   "two\n"   (the write fails with EPIPE)
client     daemon   open: nothing more comes
          process   lives on after the end of stdin and SIGTERM

client --x daemon   31  |1|   (the write blocks)
client <-- stderr   ff 00  |..|
client     daemon   open: nothing more comes
          process   killed by SIGKILL
          process   lives on after the end of stdin
`
	if got != want[1:] {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

func TestExampleLineOfProcesses(t *testing.T) {
	e := &entry{full: "goes", spawned: true}
	for _, c := range []struct {
		x    example
		want string
	}{
		{example{send: "1\n", fails: "start: EACCES", then: "EndOpen"}, "the start fails with EACCES"},
		{example{with: "3", conns: 2, send: "1\n", then: "EndEOF", stderr: "oh\n", status: "exit 3"}, `goes(3), process 2: "1\n" -> nothing, EOF, 3 bytes on stderr, exits with status 3`},
		{
			example{send: "1\n", got: "2\n", closes: "stderr", outlives: "EOF", then: "EndOpen"},
			`"1\n" -> "2\n", stays open, EOF on stderr, lives on after the end of stdin`,
		},
		{example{send: "1\n", fails: "write: blocks", then: "EndOpen"}, `"1\n": the write blocks, stays open`},
	} {
		if got := c.x.line(e); got != c.want {
			t.Errorf("\ngot  %s\nwant %s", got, c.want)
		}
	}
}
