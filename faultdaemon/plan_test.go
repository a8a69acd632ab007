package faultdaemon_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// outcomes sends n requests over connections of their own in order, each under
// virtual time, and says of each what came: the reply, "EOF", "silence", or
// the reply's first bytes.
func outcomes(t *testing.T, cfg faultdaemon.Config, requests ...string) []string {
	t.Helper()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		for _, request := range requests {
			conn, err := d.Dial(t.Context())
			require.NoError(t, err)
			require.NoError(t, conn.SetDeadline(time.Now().Add(time.Hour)))
			_, _ = fmt.Fprintf(conn, "%s\n", request)
			line, err := bufio.NewReader(conn).ReadString('\n')
			switch {
			case err == nil:
				got = append(got, strings.TrimSpace(line))
			case strings.Contains(err.Error(), "timeout"):
				got = append(got, "silence")
			default:
				got = append(got, err.Error())
			}
			require.NoError(t, conn.Close())
		}
	})
	return got
}

func TestPlansDecide(t *testing.T) {
	const (
		closes = faultdaemon.FaultCloseAfterRead
		hangs  = faultdaemon.FaultHangBeforeResponse
		drops  = faultdaemon.FaultCloseImmediately
	)
	isB := func(request []byte) bool { return string(request) == "b\n" }
	for _, test := range []struct {
		plan     faultdaemon.Plan
		line     string
		requests string
		want     string
	}{
		{faultdaemon.FirstN(2, closes), "2*close_after_read", "a b c d", "EOF EOF c d"},
		{faultdaemon.InOrder(hangs, faultdaemon.FaultNone, closes), "1*hang_before_response->1*none->1*close_after_read",
			"a b c d", "silence b EOF d"},
		{faultdaemon.EveryNth(3, closes), "3/close_after_read", "a b c d e f g", "a b EOF d e EOF g"},
		{faultdaemon.Chance(1, closes), "100%close_after_read", "a b", "EOF EOF"},
		{faultdaemon.When(isB, faultdaemon.FirstN(1, closes)), "func:1*close_after_read", "a b b a", "a EOF b a"},
		{faultdaemon.On("type=b", faultdaemon.FirstN(1, closes)), "type=b:1*close_after_read",
			`{"type":"a"} {"type":"b"} {"type":"b"}`, `{"type":"a"} EOF {"type":"b"}`},
		{faultdaemon.FirstN(1, drops), "1*close_immediately", "a b", "EOF b"},
		{faultdaemon.InOrder(drops, faultdaemon.FaultNone, drops), "1*close_immediately->1*none->1*close_immediately", "a b c d", "EOF b EOF d"},
		{faultdaemon.FirstN(1, closes).Then(faultdaemon.EveryNth(2, hangs)), "1*close_after_read->2/hang_before_response",
			"a b c d e", "EOF b silence d silence"},
		{faultdaemon.FirstN(1, closes).Then(faultdaemon.FirstN(1, drops)), "1*close_after_read->1*close_immediately", "a b c", "EOF EOF c"},
		{faultdaemon.PerConnection(faultdaemon.FirstN(1, closes)), "1c*close_after_read", "a b", "EOF EOF"},
	} {
		t.Run(test.line, func(t *testing.T) {
			assert.Equal(t, test.line, test.plan.String())
			got := outcomes(t, faultdaemon.Config{Plan: test.plan}, strings.Fields(test.requests)...)
			assert.Equal(t, test.want, strings.Join(got, " "))
			if !strings.Contains(test.line, "func:") {
				parsed, err := faultdaemon.ParsePlan(test.line)
				require.NoError(t, err)
				assert.Equal(t, test.plan, parsed)
			}
		})
	}
}

func TestOnePlanServesManyDaemons(t *testing.T) {
	plan := faultdaemon.FirstN(1, faultdaemon.FaultCloseAfterRead)
	for range 2 {
		assert.Equal(t, []string{"EOF", "b"}, outcomes(t, faultdaemon.Config{Plan: plan}, "a", "b"))
	}
}

func TestWhatDoesNotActIsNotCounted(t *testing.T) {
	notify := func(request []byte) []byte {
		if request[0] == 'n' {
			return []byte{}
		}
		return request
	}
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{
			ResponseHandler: notify,
			Plan:            faultdaemon.FirstN(1, faultdaemon.FaultPartialResponse),
		})
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		_, err = conn.Write([]byte("n\nn\nabcd\n"))
		require.NoError(t, err)
		got, err := bufio.NewReader(conn).ReadString('\n')
		require.Error(t, err, "the third request is cut")
		assert.Equal(t, "ab", got)
		assert.Equal(t, map[faultdaemon.Fault]int{faultdaemon.FaultPartialResponse: 1}, d.Fired())
	})
}

func TestPlanErrorsPointAtTheColumn(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "column 1: a fault is missing",
		"2*close_after_read->":             "column 21: a fault is missing",
		"2*close_after_raed":               `column 3: unknown fault "close_after_raed": did you mean close_after_read, reset_after_read?`,
		"none -> 3 close_after_read":       "column 9: after the number 3 comes *, / or %",
		"2 *  close_after_raed":            `column 6: unknown fault "close_after_raed": did you mean close_after_read, reset_after_read?`,
		"0/close_after_read":               "column 1: every nth is 1 or more, not 0",
		"101%close_after_read":             "column 1: a chance is more than 0% and at most 100%, not 101%",
		"-1*close_after_read":              "column 1: a count is 1 or more, not -1",
		"2.5*close_after_read":             `column 1: "2.5" is no number for *`,
		"5c%close_after_read":              "column 1: a chance counts nothing: write 5%, without the c",
		" :close_after_read":               "column 2: a selector is missing before the colon",
		"sync: 2*slow_response(soon)":      `column 9: slow_response: delay is "soon": want a duration of 0 or more, like "300ms"`,
		"none->2*slow_response(1s":         `column 9: fault "slow_response(1s": arguments are written as name(first, second)`,
		"1*close_after_read->25%cut_at(x)": `column 24: cut_at: n is "x": want an integer of 0 or more`,
	} {
		_, err := faultdaemon.ParsePlan(text)
		var plan *faultdaemon.PlanError
		require.ErrorAs(t, err, &plan, text)
		assert.Equal(t, fmt.Sprintf("plan %q, %s", text, want), err.Error())
	}
}

// A term that can take nothing is an error, where it stands.
func TestPlanOfATermThatTakesNothing(t *testing.T) {
	for text, want := range map[string]string{
		"0*none":                         "column 1: a count is 1 or more, not 0",
		"a=b: 0c*none":                   "column 6: a count is 1 or more, not 0",
		"1*none->0/none":                 "column 9: every nth is 1 or more, not 0",
		"0c/none":                        "column 1: every nth is 1 or more, not 0",
		"0%none":                         "column 1: a chance is more than 0% and at most 100%, not 0%",
		"0.0%none":                       "column 1: a chance is more than 0% and at most 100%, not 0%",
		"a=b:close_immediately":          "column 1: close_immediately acts before there is a request that could be selected",
		"a=b:none->2*close_immediately":  "column 1: none acts before there is a request that could be selected",
		"1*none-> 2c/close_immediately":  "column 10: a connection is accepted once: write 2/close_immediately, without the c, for every nth connection",
		"none->deadlock":                 "column 7: nothing reaches it: term 1, none, takes all that it could take",
		"1*none->deadlock-> a=b:none":    "column 20: nothing reaches it: term 2, deadlock, takes all that it could take",
		"1/none->2*deadlock":             "column 9: nothing reaches it: term 1, 1/none, takes all that it could take",
		"100%none->2*deadlock":           "column 11: nothing reaches it: term 1, 100%none, takes all that it could take",
		"a=b:none->a=b:deadlock":         "column 11: nothing reaches it: term 1, a=b:none, takes all that it could take",
		"close_immediately->none":        "column 20: nothing reaches it: term 1, close_immediately, takes all that it could take",
		"3c*slow_accept->hang_on_accept": "column 17: nothing reaches it: term 1, 3c*slow_accept, takes all that it could take",
	} {
		_, err := faultdaemon.ParsePlan(text)
		assert.EqualError(t, err, fmt.Sprintf("plan %q, %s", text, want))
	}
	// What the terms of one stage, or one selector, take is not another's.
	for _, text := range []string{
		"hang_on_accept->deadlock", "a=b:none->a=c:deadlock", "a=b:none->deadlock", "3c*none->deadlock", "99%none->deadlock", "1c/close_immediately",
	} {
		_, err := faultdaemon.ParsePlan(text)
		assert.NoError(t, err, text)
	}
	// A matcher may say no, so that it takes nothing from the next.
	matched := faultdaemon.When(func([]byte) bool { return false }, faultdaemon.Always(faultdaemon.FaultDeadlock))
	assert.Equal(t, []string{"EOF"}, outcomes(t, faultdaemon.Config{
		Plan: matched.Then(faultdaemon.Always(faultdaemon.FaultCloseAfterRead)),
	}, "a"))
}

func TestStartRefusesAPlanThatCannotBe(t *testing.T) {
	closes, drops := faultdaemon.FaultCloseAfterRead, faultdaemon.FaultCloseImmediately
	for want, cfg := range map[string]faultdaemon.Config{
		`faultdaemon: Config has both Plan "1*close_after_read" and Fault "deadlock": set one`: {
			Plan: faultdaemon.FirstN(1, closes), Fault: faultdaemon.FaultDeadlock},
		"faultdaemon: 0*close_after_read: a count is 1 or more, not 0":                                    {Plan: faultdaemon.FirstN(0, closes)},
		"faultdaemon: 0/close_after_read: every nth is 1 or more, not 0":                                  {Plan: faultdaemon.EveryNth(0, closes)},
		"faultdaemon: 0%close_after_read: a chance is more than 0% and at most 100%, not 0%":              {Plan: faultdaemon.Chance(0, closes)},
		"faultdaemon: 200%close_after_read: a chance is more than 0% and at most 100%, not 200%":          {Plan: faultdaemon.Chance(2, closes)},
		`faultdaemon: unknown fault "close_after_raed": did you mean close_after_read, reset_after_read?`: {Plan: faultdaemon.FirstN(1, "close_after_raed")},
		"faultdaemon: 1*close_after_read: nothing reaches it: term 1, none, takes all that it could take": {
			Plan: faultdaemon.Always("").Then(faultdaemon.FirstN(1, closes))},
		"faultdaemon: s:1*close_immediately: close_immediately acts before there is a request that could be selected": {
			Plan: faultdaemon.On("s", faultdaemon.FirstN(1, drops))},
	} {
		d := faultdaemon.New("", cfg)
		assert.EqualError(t, d.Start(), want)
	}
}

func TestSetFaultReplacesAPlan(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{Plan: faultdaemon.Always(faultdaemon.FaultDeadlock)})
	d.SetFault(faultdaemon.FaultNone)
	assert.Nil(t, d.Config().Plan)
	assert.Equal(t, faultdaemon.FaultNone, d.Config().Fault)
}

func TestAPlanSaysItsFaults(t *testing.T) {
	plan, err := faultdaemon.ParsePlan("1*none->2*close_after_read->25%slow_response(1s)")
	require.NoError(t, err)
	require.Equal(t, []faultdaemon.Fault{"close_after_read", "slow_response(1s)"}, plan.Faults())
	require.Empty(t, faultdaemon.FirstN(1, faultdaemon.FaultNone).Faults())
}

// A count for each connection is that connection's: it does not go on from another's.
func TestAPlanCountsForEachConnectionByItself(t *testing.T) {
	for line, want := range map[string]string{
		"3c/close_after_read":       "a\nb\n",
		"2c*none->close_after_read": "a\nb\n",
	} {
		t.Run(line, func(t *testing.T) {
			plan, err := faultdaemon.ParsePlan(line)
			require.NoError(t, err)
			h := start(t, "memory", faultdaemon.Config{Plan: plan})
			for range 3 {
				c := h.client()
				c.send("a\nb\nc\n")
				c.ends(want, faultdaemon.EndEOF)
			}
		})
	}
}

// An nth exchange that its fault cannot act on is not counted: the next one is the nth.
func TestEveryNthThatDoesNotActIsNotCounted(t *testing.T) {
	h := start(t, "memory", faultdaemon.Config{
		Plan: faultdaemon.EveryNth(2, faultdaemon.FaultPartialResponse),
		ResponseHandler: func(request []byte) []byte {
			if request[0] == 'n' {
				return []byte{}
			}
			return request
		},
	})
	c := h.client()
	c.send("abc\nn\nabc\n")
	c.ends("abc\nab", faultdaemon.EndEOF)
}

// Of many exchanges, about as many meet the fault as the chance says.
func TestChanceIsAboutRight(t *testing.T) {
	const many = 1000
	h := start(t, "memory", faultdaemon.Config{Seed: 1, Plan: faultdaemon.Chance(0.25, faultdaemon.FaultMultilineResponse)})
	c := h.client()
	for range many {
		c.send("{}\n")
	}
	h.called(many)
	h.Stop()
	require.InDelta(t, many/4, h.Fired()[faultdaemon.FaultMultilineResponse], many/20)
}

// What a plan is checked for without a daemon.
func TestCheckPlan(t *testing.T) {
	for want, plan := range map[string]faultdaemon.Plan{
		"": faultdaemon.InOrder(faultdaemon.FaultNone, "none", faultdaemon.FaultDeadlock),
		"0*deadlock: a count is 1 or more, not 0":                                  faultdaemon.FirstN(0, faultdaemon.FaultDeadlock),
		`unknown fault "deedlock": did you mean deadlock?`:                         faultdaemon.Always("deedlock"),
		"deadlock: nothing reaches it: term 1, none, takes all that it could take": faultdaemon.Always("").Then(faultdaemon.Always("deadlock")),
	} {
		if err := faultdaemon.Builtin().CheckPlan(plan); want == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, want)
		}
	}
}
