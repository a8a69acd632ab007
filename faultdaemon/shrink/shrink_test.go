package shrink_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
)

func plan(t *testing.T, line string) faultdaemon.Plan {
	t.Helper()
	p, err := faultdaemon.ParsePlan(line)
	require.NoError(t, err)
	return p
}

// exchanges are the faults of the first exchanges of a connection under a plan, as a
// daemon has them: the judge of these tests. Only counts are understood.
func exchanges(p faultdaemon.Plan, n int) (faults []faultdaemon.Fault) {
	seen := make([]int64, len(p))
	for range n {
		fault := faultdaemon.FaultNone
		for i, t := range p {
			parts := t.Parts()
			seen[i]++
			takes := parts.Count == faultdaemon.AllOfThem ||
				parts.Count == faultdaemon.FirstOnes && seen[i] <= parts.N ||
				parts.Count == faultdaemon.EveryNthOne && seen[i]%parts.N == 0
			if takes {
				fault = parts.Fault
				break
			}
		}
		faults = append(faults, fault)
	}
	return faults
}

func TestPlan(t *testing.T) {
	at := func(n int, name string) func(faultdaemon.Plan) bool { // a fault on the nth exchange, counted from 1
		return func(p faultdaemon.Plan) bool { return exchanges(p, n)[n-1].Name() == name }
	}
	line := func(matches func(string) bool) func(faultdaemon.Plan) bool {
		return func(p faultdaemon.Plan) bool { return matches(p.String()) }
	}
	for _, c := range []struct {
		name, plan, want string
		fails            func(faultdaemon.Plan) bool
	}{
		{"one of many terms", "1*half_close->2*corrupt_response->1*invalid_json->panic_in_handler", "1*invalid_json",
			line(func(s string) bool { return strings.Contains(s, "invalid_json") })},
		{"two of many terms", "1*half_close->1*corrupt_response->1*invalid_json->1*partial_response", "1*corrupt_response->1*partial_response",
			line(func(s string) bool { return strings.Contains(s, "corrupt") && strings.Contains(s, "partial") })},
		{"the nth exchange", "1*half_close->1*corrupt_response->1*invalid_json->panic_in_handler", "2*none->1*invalid_json", at(3, "invalid_json")},
		{"of always one exchange", "corrupt_response", "4*none->1*corrupt_response", at(5, "corrupt_response")},
		{"of every third one", "3/corrupt_response", "5*none->1*corrupt_response", at(6, "corrupt_response")},
		{"several exchanges", "9*corrupt_response", "3*corrupt_response", func(p faultdaemon.Plan) bool {
			faults := exchanges(p, 3)
			return faults[0] != "" && faults[1] != "" && faults[2] != ""
		}},
		{"always, where the first 16 are not enough", "corrupt_response", "corrupt_response", at(20, "corrupt_response")},
		{"chance", "30%corrupt_response", "1*corrupt_response", line(func(s string) bool { return strings.Contains(s, "corrupt") })},
		{"chance that only always replaces", "30%corrupt_response", "corrupt_response", line(func(s string) bool { return !strings.Contains(s, "*") })},
		{"selectors", "tools/call:2c*corrupt_response", "1*corrupt_response", line(func(s string) bool { return true })},
		{"selectors that are needed", "list:2*half_close->tools/call:2c*corrupt_response", "tools/call:1c*corrupt_response",
			line(func(s string) bool { return strings.Contains(s, "tools/call:") && strings.Contains(s, "c*") })},
		{"durations", "1*slow_response(7s)", "1*slow_response(1.201s)", func(p faultdaemon.Plan) bool { return wait(t, p) > 1200*time.Millisecond }},
		{"integers", "1*cut_at(300, reset)", "1*cut_at(17, eof)", func(p faultdaemon.Plan) bool { return argument(p, 0) >= 17 }},
		{"choices", "1*cut_at(3, hang)", "1*cut_at(0, hang)", line(func(s string) bool { return strings.Contains(s, "hang") })},
		{"choices that do not matter", "1*cut_at(3, reset)", "1*cut_at(0, eof)", line(func(s string) bool { return true })},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 3 {
				runs := map[string]int{}
				fails := func(_ context.Context, p faultdaemon.Plan) (bool, error) {
					require.NoError(t, faultdaemon.Builtin().CheckPlan(p))
					runs[p.String()]++
					require.Equal(t, 1, runs[p.String()], "%s is asked about again", p)
					return c.fails(p), nil
				}
				got, err := shrink.Plan(t.Context(), plan(t, c.plan), fails, shrink.Options{})
				require.NoError(t, err)
				require.Equal(t, c.want, got.String(), "%d runs", len(runs))
			}
		})
	}
}

// wait is the first argument of a plan's only fault.
func wait(t *testing.T, p faultdaemon.Plan) time.Duration {
	d, err := time.ParseDuration(p[0].Parts().Fault.Args()[0])
	require.NoError(t, err)
	return d
}

// argument is an argument of a plan's only fault, as a number of digits.
func argument(p faultdaemon.Plan, n int) (value int) {
	for _, digit := range p[len(p)-1].Parts().Fault.Args()[n] {
		value = value*10 + int(digit-'0')
	}
	return value
}

func TestPlanCoarse(t *testing.T) {
	fails := func(_ context.Context, p faultdaemon.Plan) (bool, error) {
		return wait(t, p) > 900*time.Millisecond, nil
	}
	got, err := shrink.Plan(t.Context(), plan(t, "1*slow_response(26s)"), fails, shrink.Options{Coarse: true})
	require.NoError(t, err)
	require.Equal(t, "1*slow_response(1.5s)", got.String())
}

func TestPlanKeepsMatchers(t *testing.T) {
	match := func([]byte) bool { return true }
	fails := func(_ context.Context, p faultdaemon.Plan) (bool, error) { return true, nil }
	got, err := shrink.Plan(t.Context(), faultdaemon.When(match, plan(t, "2*half_close->3*invalid_json")), fails, shrink.Options{})
	require.NoError(t, err)
	require.Equal(t, "func:1*invalid_json", got.String())
}

func TestPlanEndsEarly(t *testing.T) {
	all := func(context.Context, faultdaemon.Plan) (bool, error) { return true, nil }
	none := func(context.Context, faultdaemon.Plan) (bool, error) { return false, nil }
	long := "1*half_close->2*corrupt_response->1*invalid_json"

	_, err := shrink.Plan(t.Context(), plan(t, long), none, shrink.Options{})
	require.ErrorIs(t, err, shrink.ErrPasses)
	require.EqualError(t, err, "shrink: "+long+": the plan does not fail: there is nothing to shrink")

	_, err = shrink.Plan(t.Context(), faultdaemon.Always("half_closed"), all, shrink.Options{})
	require.ErrorContains(t, err, "did you mean half_close?")

	broken := errors.New("no such program")
	asked := 0
	got, err := shrink.Plan(t.Context(), plan(t, long), func(_ context.Context, p faultdaemon.Plan) (bool, error) {
		if asked++; asked == 3 {
			return false, broken
		}
		return true, nil
	}, shrink.Options{})
	require.ErrorIs(t, err, broken)
	require.Equal(t, "2*corrupt_response->1*invalid_json", got.String(), "what it had by then")
	require.Equal(t, 3, asked)

	ctx, cancel := context.WithCancel(t.Context())
	got, err = shrink.Plan(ctx, plan(t, long), func(context.Context, faultdaemon.Plan) (bool, error) { cancel(); return true, nil }, shrink.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, long, got.String())

	var tried []string
	got, err = shrink.Plan(t.Context(), plan(t, long), all, shrink.Options{MaxRuns: 2, Tried: func(p faultdaemon.Plan, failed bool) {
		require.True(t, failed)
		tried = append(tried, p.String())
	}})
	require.NoError(t, err)
	require.Equal(t, []string{long, "2*corrupt_response->1*invalid_json"}, tried)
	require.Equal(t, tried[1], got.String())
}
