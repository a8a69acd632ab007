package verdict

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each text is shortened by what is beyond the bound, and by nothing at it.
func TestBoundsOfTexts(t *testing.T) {
	for n, want := range map[int]int{15: 15, 16: 16, 17: 16} {
		var b strings.Builder
		Section(&b, "lines", strings.Split(strings.Repeat("line\n", n), "\n")[:n])
		require.Equal(t, 1+want, strings.Count(b.String(), "\n"), "%d lines", n)
	}
	require.Equal(t, strings.Repeat("é", 300), Clip(strings.Repeat("é", 300)))
	require.Equal(t, " \t", Clip(" \t"))
	require.Equal(t, `"`+strings.Repeat("x", 200)+`"`, Quote([]byte(strings.Repeat("x", 200))))
}

func TestBoundsOfNumbers(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1<<20 - 1: "1024.0 KiB", 1 << 20: "1.0 MiB", 1 << 60: "1.0 EiB",
	} {
		require.Equal(t, want, Bytes(n))
	}
	for d, want := range map[time.Duration]string{
		940 * time.Microsecond:  "900µs",
		time.Millisecond:        "1ms",
		1440 * time.Microsecond: "1ms",
		time.Second:             "1s",
		1006 * time.Millisecond: "1.01s",
	} {
		require.Equal(t, want, Brief(d))
	}
}

// moments are times so many milliseconds after the start.
func moments(at ...int) (times []time.Time) {
	for _, n := range at {
		times = append(times, ms(n))
	}
	return times
}

func TestBusiestSecond(t *testing.T) {
	require.Equal(t, 0, busiest(nil))
	require.Equal(t, 2, busiest(moments(0, 999)))
	require.Equal(t, 1, busiest(moments(0, 1000)), "a second later is another second")
	require.Equal(t, 3, busiest(moments(0, 1500, 1600, 1700, 4000)))
	require.Equal(t, 3, busiest(moments(0, 500, 999, 1000)))
}

// More than two a second: three within less than a second belong to a stretch.
func TestLongestStretch(t *testing.T) {
	for _, test := range []struct {
		times []time.Time
		n     int
		lasts time.Duration
	}{
		{nil, 0, 0},
		{moments(0, 500), 0, 0},
		{moments(0, 500, 1000), 0, 0},
		{moments(0, 500, 999), 3, 999 * time.Millisecond},
		{moments(0, 500, 999, 1400, 3000), 4, 1400 * time.Millisecond},
		{moments(0, 100, 200, 5000, 5400, 5800, 6200), 4, 1200 * time.Millisecond},
	} {
		n, lasts := longest(test.times, 2)
		require.Equal(t, test.n, n)
		require.Equal(t, test.lasts, lasts)
	}
}
