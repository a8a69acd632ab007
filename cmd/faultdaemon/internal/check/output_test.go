package check

import (
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

func TestOutputsOfDifferentLengthDiffer(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	var a, b output
	_, _ = a.Write([]byte(long + "1"))
	_, _ = b.Write([]byte(long + "22"))
	assert.False(t, a.equal(&b))
	_, _ = a.Write([]byte("1"))
	assert.True(t, a.equal(&b), "what is not kept is not compared")
}

func TestFirstDifference(t *testing.T) {
	for _, tt := range [][4]string{
		{"a\nb\nc\n", "a\nx\nc\n", `"b\n"`, `"x\n"`},
		{"a\n", "a\nb\n", `""`, `"b\n"`},
		{"a", "a\n", `"a"`, `"a\n"`},
		{"", "a", `""`, `"a"`},
	} {
		a, b := firstDifference([]byte(tt[0]), []byte(tt[1]))
		assert.Equal(t, tt[2:], []string{a, b})
	}
}
