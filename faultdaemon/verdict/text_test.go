package verdict

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestSections(t *testing.T) {
	var b strings.Builder
	Section(&b, "nothing", nil)
	require.Empty(t, b.String())

	lines := strings.Split(strings.Repeat("line\n", 17), "\n")[:17]
	lines[12], lines[13] = "13", "14"
	Section(&b, "many", lines)
	require.Equal(t, "  many:\n"+strings.Repeat("    line\n", 12)+"    ... 2 more ...\n"+strings.Repeat("    line\n", 3), b.String())

	b.Reset()
	Section(&b, "all", lines[:16])
	require.NotContains(t, b.String(), "more", "one line takes no more room than saying so")
}

func TestClipMakesControlCharactersVisible(t *testing.T) {
	require.Equal(t, "\ufffd[2Jred\ufffd", Clip("\x1b[2Jred\xff"))
	require.Equal(t, strings.Repeat("é", 300)+"...", Clip(strings.Repeat("é", 301)))
}

func TestStory(t *testing.T) {
	start := time.Unix(1000, 0)
	log := Log{
		{Kind: faultdaemon.EventStarted, Time: start},
		{Kind: faultdaemon.EventAccepted, Connection: 1, Time: start.Add(1234 * time.Microsecond)},
		{Kind: faultdaemon.EventClosed, Connection: 1, Exchange: 2, Time: start.Add(3049 * time.Millisecond)},
	}
	require.Equal(t, []string{"    1ms  connection 1: accepted", "  3.05s  connection 1, exchange 2: closed"}, log.Timeline(start))
}

func TestQuote(t *testing.T) {
	require.Equal(t, `"a\n"`, Quote([]byte("a\n")))
	require.Equal(t, `"`+strings.Repeat("x", 200)+`"... (201 bytes)`, Quote([]byte(strings.Repeat("x", 201))))
}
