// Package plans holds the properties of plans, with a library that the core's
// own tests do without.
package plans

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// faults are such as a plan may have, in their canonical form.
var faults = []faultdaemon.Fault{
	faultdaemon.FaultNone,
	faultdaemon.FaultCloseAfterRead,
	faultdaemon.FaultPartialResponse,
	"slow_response(300ms)",
	"cut_at(7, reset)",
}

// anyPlan is a plan of one to five terms, of which each can take something: one
// that the parser refuses behind the others is left out.
func anyPlan(t *rapid.T) faultdaemon.Plan {
	plan := anyTerm(t)
	for range rapid.IntRange(0, 4).Draw(t, "further terms") {
		longer := plan.Then(anyTerm(t))
		if _, err := faultdaemon.ParsePlan(longer.String()); err == nil {
			plan = longer
		}
	}
	return plan
}

func anyTerm(t *rapid.T) faultdaemon.Plan {
	fault := rapid.SampledFrom(faults).Draw(t, "fault")
	var p faultdaemon.Plan
	switch rapid.IntRange(0, 3).Draw(t, "mode") {
	case 0:
		p = faultdaemon.Always(fault)
	case 1:
		p = faultdaemon.FirstN(rapid.IntRange(1, 1000).Draw(t, "n"), fault)
	case 2:
		p = faultdaemon.EveryNth(rapid.IntRange(1, 1000).Draw(t, "n"), fault)
	case 3:
		p = faultdaemon.Chance(rapid.Float64Range(1e-9, 1).Draw(t, "probability"), fault)
	}
	if rapid.Bool().Draw(t, "per connection") {
		p = faultdaemon.PerConnection(p)
	}
	if rapid.Bool().Draw(t, "selected") {
		p = faultdaemon.On(rapid.StringMatching(`[a-z]+(/[a-z]+)?(=[a-z0-9]+)?`).Draw(t, "selector"), p)
	}
	return p
}

// A plan prints as it is parsed, and parses as it prints.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := anyPlan(t)
		line := plan.String()
		parsed, err := faultdaemon.ParsePlan(line)
		if err != nil {
			t.Fatal(err)
		}
		if got := parsed.String(); got != line {
			t.Fatalf("%q prints as %q", line, got)
		}
		spaced, err := faultdaemon.ParsePlan(" " + strings.NewReplacer("->", "  -> ", "*", " * ", "%", " % ").Replace(line) + " ")
		if err != nil {
			t.Fatal(err)
		}
		if got := spaced.String(); got != line {
			t.Fatalf("%q with blanks prints as %q", line, got)
		}
	})
}

// Whatever is parsed, the parser neither panics nor accepts what it does not
// print again.
func FuzzParsePlan(f *testing.F) {
	for _, seed := range []string{"2*close_after_read->25%slow_response(300ms)->none", "a:1c*none", "3/cut_at(7, reset)", "->", "%", "1e9%none", "0*none", "none->deadlock", "a:close_immediately"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		plan, err := faultdaemon.ParsePlan(line)
		if err != nil {
			return
		}
		again, err := faultdaemon.ParsePlan(plan.String())
		require.NoError(t, err)
		require.Equal(t, plan, again)
	})
}

// Each term of a plan that the parser accepts takes something, of enough
// requests in any order; of a plan that it refuses, the term that it points at
// is one that takes nothing by its numbers, or stands behind one that takes all.
func TestEveryTermTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var line []string
		var want []faultdaemon.Fault
		for i := range rapid.IntRange(1, 4).Draw(t, "terms") {
			fault := faultdaemon.Fault(fmt.Sprintf("flip_at(%d)", i+1))
			count := rapid.SampledFrom([]string{"", "0*", "2*", "2c*", "0/", "1/", "3/", "2c/", "0%", "50%", "100%"}).Draw(t, "count")
			selector := rapid.SampledFrom([]string{"", "k=a:", "k=b:"}).Draw(t, "selector")
			line, want = append(line, selector+count+string(fault)), append(want, fault)
		}
		text := strings.Join(line, "->")
		plan, err := faultdaemon.ParsePlan(text)
		if err != nil {
			refused(t, line, err)
			return
		}
		d := faultdaemon.New("", faultdaemon.Config{Plan: plan, Seed: 1})
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		r := bufio.NewReader(conn)
		order := rand.New(rand.NewPCG(1, 2))
		for range 1000 {
			_, err := fmt.Fprintf(conn, "{\"k\":%q}\n", []string{"a", "b", "c"}[order.IntN(3)])
			require.NoError(t, err)
			_, err = r.ReadString('\n')
			require.NoError(t, err)
		}
		fired := d.Fired()
		for _, fault := range want {
			require.NotZero(t, fired[fault], "%s of %s took nothing", fault, text)
		}
	})
}

// refused checks that the error points at a term that cannot take anything.
func refused(t *rapid.T, line []string, err error) {
	var plan *faultdaemon.PlanError
	require.ErrorAs(t, err, &plan)
	column, at := 1, 0
	for at < len(line)-1 && column+len(line[at]) < plan.Column {
		column += len(line[at]) + len("->")
		at++
	}
	selector, term, found := strings.Cut(line[at], ":")
	if !found {
		selector, term = "", line[at]
	}
	if term[0] == '0' {
		require.Equal(t, column+len(line[at])-len(term), plan.Column, "the column of the number")
		return
	}
	require.Equal(t, column, plan.Column, "the column of the term")
	before := slices.ContainsFunc(line[:at], func(other string) bool {
		words, all, found := strings.Cut(other, ":")
		if !found {
			words, all = "", other
		}
		takesAll := strings.HasPrefix(all, "flip") || strings.HasPrefix(all, "1/") || strings.HasPrefix(all, "100%")
		return takesAll && (words == "" || words == selector)
	})
	require.True(t, before, "no term before %s takes all", line[at])
}

// connect opens n connections, and returns what makes one exchange on each.
func connect(t require.TestingT, d *faultdaemon.FaultDaemon, n int) []func() string {
	var exchanges []func() string
	for range n {
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		exchanges = append(exchanges, exchange(conn))
		require.NoError(t, d.WaitForConnections(context.Background(), len(exchanges)))
	}
	return exchanges
}

func exchange(conn net.Conn) func() string {
	r := bufio.NewReader(conn)
	return func() string {
		if _, err := conn.Write([]byte("abcd\n")); err != nil {
			return err.Error()
		}
		line, err := r.ReadString('\n')
		if err != nil {
			return err.Error()
		}
		return line
	}
}

// hurt marks the exchanges that it acts on and lets the connection go on: bit
// 0 of the first byte is changed.
const hurt = "flip_at(1)"

// Of any number of exchanges on any number of connections at once, n* and n/
// hurt exactly as many as they say.
func TestCountsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		conns := rapid.IntRange(1, 20).Draw(t, "connections")
		each := rapid.IntRange(1, 20).Draw(t, "exchanges of each")
		n := rapid.IntRange(1, 50).Draw(t, "n")
		first := rapid.Bool().Draw(t, "first")
		plan, want := faultdaemon.EveryNth(n, hurt), conns*each/n
		if first {
			plan, want = faultdaemon.FirstN(n, hurt), min(n, conns*each)
		}
		if got := count(t, plan, conns, each); got != want {
			t.Fatalf("%s hurt %d of %d exchanges, want %d", plan, got, conns*each, want)
		}
	})
}

func TestEveryTenthOfTenThousand(t *testing.T) {
	require.Equal(t, 1000, count(t, faultdaemon.EveryNth(10, hurt), 50, 200))
}

// count returns how many exchanges a plan hurts, as the clients see it.
func count(t require.TestingT, plan faultdaemon.Plan, conns, each int) int {
	d := faultdaemon.New("", faultdaemon.Config{Plan: plan})
	require.NoError(t, d.Start())
	defer d.Stop()
	hits := make([]int, conns)
	var wg sync.WaitGroup
	for i, exchange := range connect(t, d, conns) {
		wg.Go(func() {
			for range each {
				if exchange() != "abcd\n" {
					hits[i]++
				}
			}
		})
	}
	wg.Wait()
	sum := 0
	for _, n := range hits {
		sum += n
	}
	require.Equal(t, sum, d.Fired()[hurt])
	return sum
}

// What chance decides for an exchange depends on the seed, the connection and
// the exchange, not on who runs when: the same with one processor and with
// eight, with connections one after the other and all at once.
func TestChanceDoesNotDependOnScheduling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := faultdaemon.Config{
			Seed: rapid.Uint64Range(1, 1<<63).Draw(t, "seed"),
			Plan: faultdaemon.Chance(rapid.Float64Range(0.1, 0.9).Draw(t, "probability"), hurt),
		}
		const conns, each = 8, 16
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "order")
		one := history(t, cfg, 1, conns, each, []int{0, 1, 2, 3, 4, 5, 6, 7}, false)
		eight := history(t, cfg, 8, conns, each, order, true)
		require.Equal(t, one, eight)
	})
}

// history returns what every exchange of every connection got.
func history(t require.TestingT, cfg faultdaemon.Config, procs, conns, each int, order []int, atOnce bool) [][]string {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	defer d.Stop()
	exchanges := connect(t, d, conns)
	got := make([][]string, conns)
	var wg sync.WaitGroup
	for _, i := range order {
		one := func() {
			for range each {
				got[i] = append(got[i], exchanges[i]())
			}
		}
		if atOnce {
			wg.Go(one)
		} else {
			one()
		}
	}
	wg.Wait()
	return got
}

// Chance is near its probability, and other seeds decide otherwise.
func TestChanceIsAChance(t *testing.T) {
	histories := map[string]bool{}
	for seed := uint64(1); seed <= 8; seed++ {
		cfg := faultdaemon.Config{Seed: seed, Plan: faultdaemon.Chance(0.25, hurt)}
		got := history(t, cfg, 2, 4, 250, []int{0, 1, 2, 3}, true)
		hits := 0
		for _, conn := range got {
			for _, reply := range conn {
				if reply != "abcd\n" {
					hits++
				}
			}
		}
		require.InDelta(t, 250, hits, 70, "of 1,000 exchanges, seed %d", seed)
		histories[fmt.Sprint(got)] = true
	}
	require.Len(t, histories, 8)
}
