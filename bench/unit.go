package bench

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A Unit is what a cost counts.
type Unit string

const (
	Time  Unit = "ns"
	Bytes Unit = "bytes"
)

// format returns a cost to three digits, in the unit that reads best.
func (u Unit) format(cost float64) string {
	if u == Time {
		return scaled(cost, 1000, " ns", " µs", " ms", " s")
	}
	return scaled(cost, 1024, " B", " KiB", " MiB", " GiB")
}

func scaled(v, step float64, units ...string) string {
	i := 0
	for ; math.Abs(v) >= step*0.9995 && i < len(units)-1; i++ {
		v /= step
	}
	return digits(v) + units[i]
}

// digits returns three of them.
func digits(v float64) string {
	switch {
	case math.Abs(v) >= 100:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// milliseconds is n of them as a cost.
func milliseconds(n float64) float64 { return n * float64(time.Millisecond) }

// short returns a round cost, as at an axis.
func (u Unit) short(cost float64) string {
	return strings.NewReplacer(".00", "", ".0", "").Replace(u.format(cost))
}
