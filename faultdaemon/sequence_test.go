package faultdaemon_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// acting is the config of a daemon that speaks bars, echoes and has a fault
// act(k, hold) which does step. The handler fails on "fail|", as one that has
// waited too long.
func acting(t *testing.T, step faultdaemon.Step) faultdaemon.Config {
	t.Helper()
	known, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "act", Stage: faultdaemon.StageRespond, Do: step,
		Params: []faultdaemon.Param{
			{Name: "k", Kind: faultdaemon.KindInt, Default: "2"},
			{Name: "hold", Kind: faultdaemon.KindDuration, Default: "1s"},
		},
	})
	require.NoError(t, err)
	return faultdaemon.Config{
		Protocol: bars{}, Fault: "act", Catalogues: []*faultdaemon.Catalogue{known},
		Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
			switch {
			case string(e.Request()) == "fail|":
				return nil, fmt.Errorf("ask the disk: %w", os.ErrDeadlineExceeded)
			case !e.Protocol().ExpectsReply(e.Request()):
				return nil, nil
			}
			return e.Request(), nil
		},
	}
}

// marked is R in capitals where that begins with a number sign.
func marked(e *faultdaemon.Exchange) ([]byte, error) {
	r, err := faultdaemon.Response(e)
	if err == nil && r[0] != '#' {
		err = faultdaemon.NotFired("the reply has no mark")
	}
	return bytes.ToUpper(r), err
}

func TestReversed(t *testing.T) {
	cfg := acting(t, faultdaemon.Reversed(faultdaemon.Response, "k", "hold"))
	cfg.Fault = "act(3, 1h0m0s)"
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("one|!no reply|two|")
		h.called(3)
		c.isSilent()
		c.exchange("three|four|five|", "three|two|one|")
		h.called(6)
		c.isSilent()
		c.closeWrite() // no more requests come
		c.ends("five|four|", faultdaemon.EndEOF)
		require.Equal(t, 5, count(h.kinds(1), faultdaemon.EventWrote))
		require.Equal(t, 2, h.Fired()[cfg.Fault])
	})
}

// The hold is from reply to reply: a request that has none does not prolong it.
func TestReversedWritesWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := acting(t, faultdaemon.Reversed(faultdaemon.Response, "k", "hold"))
		cfg.Fault = "act(4, 1s)"
		c := start(t, "memory", cfg).client()
		began := time.Now()
		c.send("one|")
		<-time.After(900 * time.Millisecond) // virtual, as all below
		c.send("two|")
		<-time.After(700 * time.Millisecond)
		c.send("!no reply|")
		c.reads("two|one|")
		require.Equal(t, 1900*time.Millisecond, time.Since(began))
		c.exchange("three|", "three|")
		require.Equal(t, 2900*time.Millisecond, time.Since(began))
	})
}

// A request that has no reply, such as a notification that a call is cancelled, does
// not end the hold.
func TestSendWithNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", acting(t, faultdaemon.SendWithNext("hold")))
		c := h.client()
		began := time.Now()
		c.send("one|")
		<-time.After(900 * time.Millisecond) // virtual, as all below
		c.send("!no reply|")
		c.reads("one|")
		require.Equal(t, time.Second, time.Since(began))
		c.exchange("two|!no reply|three|", "two|three|")
		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, 2, count(h.kinds(1), faultdaemon.EventWrote))
		c.send("four|fail|")
		c.ends("", faultdaemon.EndEOF)
	})
}

// A reply that the Bytes do not fire on is not held, and what was held comes
// before it.
func TestReversedOfSomeReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := acting(t, faultdaemon.Reversed(marked, "k", "hold"))
		cfg.Fault = "act(3, 1h0m0s)"
		h := start(t, "memory", cfg)
		c := h.client()
		began := time.Now()
		c.exchange("plain|", "plain|")
		require.Zero(t, h.Fired()[cfg.Fault])
		c.exchange("#a|#b|plain|", "#B|#A|plain|")
		c.exchange("#c|#d|#e|", "#E|#D|#C|")
		require.Zero(t, time.Since(began))
		require.Equal(t, 2, h.Fired()[cfg.Fault])
		require.Equal(t, 2, count(h.kinds(1), faultdaemon.EventReplied), "the plain ones")
	})
}

// A handler that fails ends the connection, behind what was held, also when
// its own wait was too long.
func TestReversedUnderAHandlerThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", acting(t, faultdaemon.Reversed(faultdaemon.Response, "k", "hold")))
		c := h.client()
		c.send("one|fail|two|")
		c.ends("one|", faultdaemon.EndEOF)
		synctest.Wait()
		require.Contains(t, h.event(faultdaemon.EventError).Detail, "ask the disk: i/o timeout")
	})
}

func TestNextReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type found struct {
			request, r string
			err        error
			after      time.Duration
		}
		results := make(chan found, 1)
		c := start(t, "memory", acting(t, func(e *faultdaemon.Exchange) error {
			began := time.Now()
			next, r, err := e.NextReply(e.Arg("hold").Duration())
			f := found{r: string(r), err: err, after: time.Since(began)}
			if next != nil {
				f.request = string(next.Request())
			}
			results <- f
			return nil
		})).client()

		c.send("first|!no reply|!none|second|")
		require.Equal(t, found{request: "second|", r: "second|"}, <-results)

		c.send("first|")
		<-time.After(600 * time.Millisecond)
		c.send("!no reply|")
		f := <-results
		require.ErrorIs(t, f.err, os.ErrDeadlineExceeded)
		require.Equal(t, found{err: f.err, after: time.Second}, f)

		c.send("first|fail|")
		f = <-results
		require.ErrorContains(t, f.err, "ask the disk")
		require.Equal(t, found{request: "fail|", err: f.err}, f)

		c.send("first|")
		require.NoError(t, c.Close())
		require.Equal(t, found{err: faultdaemon.ErrClosed}, <-results)
	})
}

// The time that a handler takes counts: when all of it is over, nothing more is waited for.
func TestNextReplyWaitsNoLongerThanItIsTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := make(chan error, 1)
		cfg := acting(t, func(e *faultdaemon.Exchange) error {
			_, _, err := e.NextReply(time.Second)
			results <- err
			return nil
		})
		cfg.Respond = func(e *faultdaemon.Exchange) ([]byte, error) {
			<-time.After(time.Second)
			return []byte{}, nil
		}
		h := start(t, "memory", cfg)
		h.client().send("first|!no reply|")
		<-time.After(2 * time.Second)
		synctest.Wait()
		select {
		case err := <-results:
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		default:
			t.Fatal("it still waits")
		}
	})
}
