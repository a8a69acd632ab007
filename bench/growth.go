package bench

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// A Growth is how the cost of some work grows with something.
type Growth struct {
	Work    string
	With    string // what grows
	Sizes   []int
	Subject func(size int) Side
	Floor   func(size int) Side // nil where there is nothing to compare with
}

// A Grown is what was measured of a growth: medians, in nanoseconds.
type Grown struct {
	Growth  Growth
	Subject []float64
	Floor   []float64 // empty without one
}

// growthList are the growths that are measured.
func growthList() []Growth {
	one := line(request)
	return []Growth{
		{
			Work: "an exchange", With: "connections at once", Sizes: []int{1, 8, 64, 512, 2048, 8000},
			Subject: func(n int) Side { return on(daemon(faultdaemon.Config{}), crowd(n, one)) },
			Floor:   func(n int) Side { return on(unix(echoLines), crowd(n, one)) },
		},
		{
			Work: "an exchange", With: "bytes of a message", Sizes: []int{16, 256, 4 << 10, 64 << 10, 1 << 20, 16 << 20},
			Subject: func(n int) Side {
				cfg := faultdaemon.Config{Protocol: lengthprefix.Layout{LengthWidth: 4}, MaxRequestBytes: 32 << 20, MaxCalls: 1}
				return on(daemon(cfg), serial(max(3, min(1000, 32<<20/n)), echoed(frame(n))))
			},
			Floor: func(n int) Side {
				return on(unix(echoFrames), serial(max(3, min(1000, 32<<20/n)), echoed(frame(n))))
			},
		},
		{
			Work: "an exchange", With: "calls recorded before it", Sizes: []int{1, 100, 10_000, 100_000, 1_000_000},
			Subject: func(n int) Side { return on(remembering(n), serial(1000, one)) },
			Floor:   func(int) Side { return on(unix(echoLines), serial(1000, one)) },
		},
		{
			Work: "New, Start, Stop in memory", With: "faults in the catalogue", Sizes: []int{30, 100, 300, 1000, 3000},
			Subject: startsKnowing,
		},
	}
}

// crowd is some exchanges on each of n connections.
func crowd(n int, t Talk) Work {
	return parallel(n, max(1, 2000/n), func() Talk { return t })
}

// remembering is the toolkit's server when it has recorded n calls.
func remembering(n int) Server {
	return func(s *Setup) (Dial, error) {
		dial, err := daemon(faultdaemon.Config{})(s)
		if err != nil {
			return nil, err
		}
		c, err := newClient(s, dial)
		if err != nil {
			return nil, err
		}
		const together = 100
		if err := c.times(n/together, lines(request, together)); err != nil {
			return nil, err
		}
		return dial, c.times(n%together, line(request))
	}
}

// startsKnowing starts and stops a daemon with n faults beside the built-in ones.
func startsKnowing(n int) Side {
	return func(s *Setup) (Round, error) {
		infos := faultdaemon.Builtin().All()
		made := make([]faultdaemon.Info, n)
		for i := range made {
			made[i] = infos[i%len(infos)]
			made[i].Name = faultdaemon.Fault("grown_" + strconv.Itoa(i))
		}
		catalogue, err := faultdaemon.NewCatalogue(made...)
		if err != nil {
			return nil, err
		}
		cfg := faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{catalogue}}
		return repeat(s.Times(50), func() error {
			d := faultdaemon.New("", cfg)
			if err := d.Start(); err != nil {
				return err
			}
			d.Stop()
			return nil
		}), nil
	}
}

// measureGrowth measures the subject and the floor one after the other: both at once
// would need more descriptors than a process may have.
func measureGrowth(t *testing.T, g Growth, short bool) (Grown, error) {
	grown := Grown{Growth: g}
	for _, size := range g.Sizes {
		cost, err := median(t, g.Subject(size), short)
		if err != nil {
			return grown, fmt.Errorf("with %d %s: %w", size, g.With, err)
		}
		grown.Subject = append(grown.Subject, cost)
		if g.Floor == nil {
			continue
		}
		if cost, err = median(t, g.Floor(size), short); err != nil {
			return grown, fmt.Errorf("the floor with %d %s: %w", size, g.With, err)
		}
		grown.Floor = append(grown.Floor, cost)
	}
	return grown, nil
}

func median(t *testing.T, side Side, short bool) (float64, error) {
	r := measure(t, Row{Unit: Time, Rounds: 7, Subject: side}, short)
	return r.Subject.Value.Median, r.Err
}

// growthTable returns them as Markdown.
func growthTable(list []Grown) string {
	var b strings.Builder
	b.WriteString("| what | with | the toolkit | the floor | ratio |\n| --- | --- | --- | --- | --- |\n")
	for _, g := range list {
		for i, size := range g.Growth.Sizes {
			work, floor, ratio := "", "", ""
			if i == 0 {
				work = g.Growth.Work
			}
			if len(g.Floor) > 0 {
				floor, ratio = Time.format(g.Floor[i]), digits(g.Subject[i]/g.Floor[i])
			}
			fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s |\n",
				work, thousands(size), g.Growth.With, Time.format(g.Subject[i]), floor, ratio)
		}
	}
	return b.String()
}

// thousands returns n with its digits in groups of three.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
