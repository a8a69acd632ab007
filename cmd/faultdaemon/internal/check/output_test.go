package check

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutputKeepsTheFirstMiB(t *testing.T) {
	var o output
	piece := []byte(strings.Repeat("x", 600<<10))
	for range 3 {
		n, err := o.Write(piece)
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
	}
	assert.Len(t, o.kept, 1<<20)
	assert.EqualValues(t, 1800<<10, o.size)
}

// Of what a client prints without end, the length still tells.
func TestOutputsOfDifferentLengthDiffer(t *testing.T) {
	compare := CompareStdout(nil)
	one := End{Stdout: []byte("a"), Size: 5 << 20}
	assert.Equal(t, compare(one), compare(one))
	assert.NotEqual(t, compare(one), compare(End{Stdout: []byte("a"), Size: 6 << 20}))
}

// What is ignored may differ, and the address of the run's daemon.
func TestCompare(t *testing.T) {
	end := func(stdout string) End {
		return End{Stdout: []byte(stdout), Size: int64(len(stdout)), at: address{socket: "/tmp/fd1/7/s"}}
	}
	other := end("from {socket} in 8ms")
	other.at.socket = "/tmp/fd1/9/s"
	compare := CompareStdout([]*regexp.Regexp{regexp.MustCompile("[0-9]+ms")})
	assert.Equal(t, compare(end("from /tmp/fd1/7/s in 12ms")), compare(other), "and their lengths")
	assert.NotEqual(t, compare(end("12ms")), compare(end("12s")))
	assert.Equal(t, 3, CompareExit(End{Exit: 3, Stdout: []byte("x")}))
	assert.Equal(t, "2\n", CompareCommand("grep -c a")(end("a\nb\na\n")))
	assert.Equal(t, "exit 4: exit status 4", CompareCommand("exit 4")(end("")))
}

func TestFirstDifference(t *testing.T) {
	for _, tt := range [][4]string{
		{"a\nb\nc\n", "a\nx\nc\n", `"b\n"`, `"x\n"`},
		{"a\n", "a\nb\n", `""`, `"b\n"`},
		{"a", "a\n", `"a"`, `"a\n"`},
		{"", "a", `""`, `"a"`},
	} {
		a, b := firstDifference(tt[0], tt[1])
		assert.Equal(t, tt[2:], []string{a, b})
	}
}

// Of many lines the first and the last are shown, and of a long one its
// beginning.
func TestClipped(t *testing.T) {
	few := strings.Split(strings.Repeat("a ", 80), " ")[:80]
	assert.Equal(t, few, clipped(few))
	many := append(append([]string{"first"}, few...), "last")
	got := clipped(many)
	assert.Len(t, got, 81)
	assert.Equal(t, []string{"first", "... 2 more lines ...", "last"}, []string{got[0], got[40], got[80]})
	assert.Equal(t, "last", many[81], "they are not written to")
	long := []string{strings.Repeat("x", 1000), strings.Repeat("y", 1001)}
	assert.Equal(t, []string{long[0], long[1][:1000] + "... 1 more bytes"}, clipped(long))
}
