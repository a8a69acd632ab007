package gen

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	long := strings.Repeat("0123456789", 10)
	for _, c := range []struct{ message, want string }{
		{"", `""`},
		{"ping\n", `"ping\n"`},
		{"\x00\xfe\tü\u200b", `"\x00\xfe\tü\u200b"`},
		{`{"a":"\n"}` + "\n", `'{"a":"\\n"}\n'`},
		{`say "it's"`, `"say \"it's\""`},
		{long, `"012345678901234567890123456789012345678901234567" ... "890123456789" (100 bytes)`},
		{strings.Repeat("x", 72), `"` + strings.Repeat("x", 72) + `"`},
		{strings.Repeat("x", 1234), `1,234 x "x"`},
		{strings.Repeat("é", 40), `"` + strings.Repeat("é", 24) + `" ... "` + strings.Repeat("é", 6) + `" (80 bytes)`},
		{"a" + strings.Repeat("\x00", 1_000_000) + "\n", `"a" + 1,000,000 x "\x00" + "\n"`},
	} {
		if got := short(c.message, false); got != c.want {
			t.Errorf("%d bytes\ngot  %s\nwant %s", len(c.message), got, c.want)
		}
	}
}

func TestShortHex(t *testing.T) {
	for message, want := range map[string]string{
		"00 00 00 02\n6f6B":       "[00 00 00 02 6f 6b]",
		strings.Repeat("00", 17):  "[17 bytes]",
		strings.Repeat("ff ", 16): "[ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff]",
	} {
		if got := short(message, true); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", message, got, want)
		}
	}
}

func TestDump(t *testing.T) {
	got := strings.Join(lines("00000012 "+strings.Repeat("61", 14)+" 7e 7f 80 ff", true), "\n")
	want := `
00 00 00 12 61 61 61 61 61 61 61 61 61 61 61 61  |....aaaaaaaaaaaa|
61 61 7e 7f 80 ff                                |aa~...|`
	if got != want[1:] {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

func TestLinesAreFew(t *testing.T) {
	for name, c := range map[string]struct {
		message string
		hex     bool
		last    string
	}{
		"text": {strings.Repeat("a\n", 1000), false, "... 2,000 bytes in all"},
		"hex":  {strings.Repeat("61", 4096), true, "... 4,096 bytes in all"},
	} {
		got := lines(c.message, c.hex)
		if len(got) > showLines+1 || got[len(got)-1] != c.last {
			t.Errorf("%s: %d lines, the last is %q, want %q", name, len(got), got[len(got)-1], c.last)
		}
	}
}
