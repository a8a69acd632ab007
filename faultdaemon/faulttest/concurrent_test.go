package faulttest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// echoDaemon replies to {"id":1,"key":"a"} with {"id":1,"value":"a"}.
func echoDaemon() faultdaemon.Config {
	return faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		var r struct {
			ID  int
			Key string
		}
		if err := json.Unmarshal(request, &r); err != nil {
			return []byte("{\"error\":\"no JSON\"}\n")
		}
		return fmt.Appendf(nil, "{\"id\":%d,\"value\":%q}\n", r.ID, r.Key)
	}}
}

// A mux is a correct client of calls at once: replies are matched by id, a
// broken stream fails every call that waits.
type mux struct {
	conn net.Conn
	done chan struct{} // closed when the reader has ended; err is set then
	err  error

	mu      sync.Mutex
	lastID  int
	waiting map[int]chan string
}

func newMux(ctx context.Context, dial faulttest.Dialer) (*mux, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	m := &mux{conn: conn, done: make(chan struct{}), waiting: make(map[int]chan string)}
	go m.read() // ends with the connection
	return m, nil
}

func (m *mux) Close() {
	_ = m.conn.Close()
	<-m.done
}

func (m *mux) read() {
	defer close(m.done)
	c := lineClient{r: bufio.NewReader(m.conn)}
	for m.err == nil {
		var line []byte
		if line, m.err = c.line(); m.err != nil {
			break
		}
		var reply struct {
			ID    *int
			Value *string
		}
		if m.err = json.Unmarshal(line, &reply); m.err == nil && (reply.ID == nil || reply.Value == nil) {
			m.err = errors.New("a reply without an id or a value")
		}
		if m.err == nil {
			m.deliver(*reply.ID, *reply.Value)
		}
	}
	_ = m.conn.Close()
}

// deliver hands a reply to the call that waits for it; another belongs to
// nobody.
func (m *mux) deliver(id int, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ch, found := m.waiting[id]; found {
		ch <- value
		delete(m.waiting, id)
	}
}

func (m *mux) Get(ctx context.Context, key string) (string, error) {
	ch := make(chan string, 1)
	m.mu.Lock()
	m.lastID++
	id := m.lastID
	m.waiting[id] = ch
	_, err := fmt.Fprintf(m.conn, "{\"id\":%d,\"key\":%q}\n", id, key)
	m.mu.Unlock()
	if err != nil {
		return "", err
	}
	select {
	case value := <-ch:
		return value, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-m.done:
		select {
		case value := <-ch: // came before the end
			return value, nil
		default:
			return "", m.err
		}
	}
}

type concurrentFunc = func(context.Context, faulttest.Dialer, func(func(int) (string, error))) error

// byID is a correct client.
func byID(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
	m, err := newMux(ctx, dial)
	if err != nil {
		return err
	}
	defer m.Close()
	atOnce(func(i int) (string, error) { return m.Get(ctx, fmt.Sprint("key ", i)) })
	return nil
}

// inOrder takes the replies to come in the order of the requests.
func inOrder(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
	c, err := connect(ctx, dial)
	if err != nil {
		return err
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetDeadline(deadline); err != nil {
		return err
	}
	turn := make(chan struct{}, 1) // a mutex would stop virtual time
	atOnce(func(i int) (string, error) {
		if _, err := fmt.Fprintf(c.conn, "{\"id\":%d,\"key\":\"key %d\"}\n", i+1, i); err != nil {
			return "", err
		}
		turn <- struct{}{}
		defer func() { <-turn }()
		line, err := c.line()
		if err != nil {
			return "", err
		}
		var reply struct{ Value string }
		err = json.Unmarshal(line, &reply)
		return reply.Value, err
	})
	return nil
}

func TestRunConcurrent(t *testing.T) {
	faulttest.RunConcurrent(t, echoDaemon(), 4, byID, nil)
}

// The replies may come from a real daemon.
func TestConcurrentCallsOfARealDaemon(t *testing.T) {
	t.Parallel() // it mostly waits
	behind := faulttest.Start(t, echoDaemon())
	cfg := faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) { return behind.Dial(ctx) }}
	opts := &faulttest.Options{Real: true, Deadline: time.Second, Only: []faultdaemon.Fault{
		faultdaemon.FaultMultipleResponses, faultdaemon.FaultCloseAfterRead, faultdaemon.FaultHangBeforeResponse,
	}}
	report := faulttest.JudgeConcurrent(t, cfg, 4, byID, opts)
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	require.Len(t, report.Results, 3)
	report = faulttest.JudgeConcurrent(t, cfg, 4, inOrder, opts)
	require.NoError(t, report.Err)
	require.False(t, report.OK(), "%s", report)
}

func TestAClientThatMatchesByID(t *testing.T) {
	report := faulttest.JudgeConcurrent(t, echoDaemon(), 4, byID, nil)
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	verdicts := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		verdicts[r.Fault] = r.Verdict
	}
	require.Equal(t, faulttest.Survived, verdicts[faultdaemon.FaultMultipleResponses])
	require.Equal(t, faulttest.Survived, verdicts[faultdaemon.FaultCoalescedResponses])
	require.Equal(t, faulttest.Rejected, verdicts[faultdaemon.FaultHalfClose], "the calls behind the first")
	require.Equal(t, faulttest.TimedOut, verdicts[faultdaemon.FaultStopReading], "the calls behind the first")
}

// Every second reply is one that the daemon has sent before.
func TestAClientThatTakesTheNextReply(t *testing.T) {
	report := faulttest.JudgeConcurrent(t, echoDaemon(), 4, inOrder, nil)
	require.NoError(t, report.Err)
	var wrong []faultdaemon.Fault
	for _, r := range report.Results {
		if !r.OK {
			wrong = append(wrong, r.Fault)
			require.Equal(t, faulttest.WrongAnswer, r.Verdict)
		}
	}
	require.Equal(t, []faultdaemon.Fault{faultdaemon.FaultMultipleResponses}, wrong)
}

// What one call does is the verdict, whatever the others do.
func TestTheCallThatDidWorst(t *testing.T) {
	closes := &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}}
	hangs := &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse}}
	for name, c := range map[string]struct {
		opts    *faulttest.Options
		last    func(ctx context.Context, m *mux) (string, error) // call 3
		verdict faulttest.Verdict
		right   bool
	}{
		"as the others": {closes, func(ctx context.Context, m *mux) (string, error) { return m.Get(ctx, "key 3") }, faulttest.Rejected, true},
		"swallows the error": {closes, func(ctx context.Context, m *mux) (string, error) {
			s, err := m.Get(ctx, "key 3")
			if err != nil {
				return "key 2", nil
			}
			return s, nil
		}, faulttest.WrongAnswer, false},
		"waits": {closes, func(ctx context.Context, m *mux) (string, error) {
			s, err := m.Get(ctx, "key 3")
			if err != nil {
				<-ctx.Done()
			}
			return s, err
		}, faulttest.TimedOut, false},
		"panics": {closes, func(ctx context.Context, m *mux) (string, error) {
			s, err := m.Get(ctx, "key 3")
			if err != nil {
				panic("no reply")
			}
			return s, nil
		}, faulttest.Crashed, false},
		"hangs": {hangs, func(_ context.Context, m *mux) (string, error) { return m.Get(context.Background(), "key 3") }, faulttest.Hung, false},
	} {
		t.Run(name, func(t *testing.T) {
			client := func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
				m, err := newMux(ctx, dial)
				if err != nil {
					return err
				}
				defer m.Close()
				atOnce(func(i int) (string, error) {
					if i == 3 {
						return c.last(ctx, m)
					}
					return m.Get(ctx, fmt.Sprint("key ", i))
				})
				return nil
			}
			report := faulttest.JudgeConcurrent(t, echoDaemon(), 4, client, c.opts)
			require.NoError(t, report.Err)
			require.Equal(t, c.verdict, report.Results[0].Verdict)
			require.Equal(t, c.right, report.Results[0].OK)
		})
	}
}

// In a process of its own, too, each call is judged by itself.
func TestIsolatedCallsAtOnce(t *testing.T) {
	swallows := func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
		m, err := newMux(ctx, dial)
		if err != nil {
			return err
		}
		defer m.Close()
		atOnce(func(i int) (string, error) {
			answer, err := m.Get(ctx, fmt.Sprint("key ", i))
			if i == 1 && err != nil {
				return "key 0", nil
			}
			return answer, err
		})
		return nil
	}
	report := faulttest.JudgeConcurrent(t, echoDaemon(), 2, swallows, &faulttest.Options{
		Isolate: true, Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead},
		Equal: func(healthy, got any) bool { return healthy.(string) == got.(string) },
	})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.WrongAnswer, report.Results[0].Verdict)
	require.False(t, report.OK())
}

func TestCallsThatCannotBeJudged(t *testing.T) {
	for name, c := range map[string]struct {
		n      int
		client concurrentFunc
		says   string
	}{
		"one call": {1, byID, "1 calls at once: want 2 or more"},
		"no call": {2, func(ctx context.Context, dial faulttest.Dialer, _ func(func(int) (string, error))) error {
			c, err := connect(ctx, dial)
			if err != nil {
				return err
			}
			defer c.Close()
			return request(c.conn)
		}, "the client made no calls: hand them to atOnce"},
		"calls twice": {2, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
			m, err := newMux(ctx, dial)
			if err != nil {
				return err
			}
			defer m.Close()
			for range 2 {
				atOnce(func(i int) (string, error) { return m.Get(ctx, fmt.Sprint("key ", i)) })
			}
			return nil
		}, "atOnce is called a second time"},
		"the same answer": {2, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
			m, err := newMux(ctx, dial)
			if err != nil {
				return err
			}
			defer m.Close()
			atOnce(func(int) (string, error) { return m.Get(ctx, "a") })
			return nil
		}, `calls 0 and 1 have the same answer, "a": ask for different things`},
		"a call that fails": {2, func(_ context.Context, _ faulttest.Dialer, atOnce func(func(int) (string, error))) error {
			atOnce(func(int) (string, error) { return "", errors.New("no such key") })
			return nil
		}, "call 0: no such key"},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.JudgeConcurrent(t, echoDaemon(), c.n, c.client, nil)
			require.ErrorContains(t, report.Err, c.says)
			require.False(t, report.OK())
		})
	}
}

// A fault that acts when the connection is accepted does so when all calls have begun:
// what else one of them saw of it would depend on which goroutine is scheduled first.
func TestAllCallsHaveBegunWhenAFaultActs(t *testing.T) {
	sends := func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
		c, err := connect(ctx, dial)
		if err != nil {
			return err
		}
		defer c.Close()
		atOnce(func(i int) (string, error) {
			if _, err := fmt.Fprintf(c.conn, "{\"id\":%d,\"key\":\"key %d\"}\n", i+1, i); err != nil {
				panic(err)
			}
			return fmt.Sprint("value ", i), nil
		})
		return nil
	}
	report := faulttest.JudgeConcurrent(t, echoDaemon(), 8, sends, &faulttest.Options{
		Only: []faultdaemon.Fault{faultdaemon.FaultCloseImmediately, faultdaemon.FaultCloseAfterRead},
	})
	require.NoError(t, report.Err)
	for _, r := range report.Results {
		require.NotEqual(t, faulttest.Crashed, r.Verdict, "%s", r.Explain("this test"))
	}
}

func TestConcurrentReportsAreTheSameAgain(t *testing.T) {
	var texts [3]string
	for i := range texts {
		report := faulttest.JudgeConcurrent(t, echoDaemon(), 4, inOrder, nil)
		text, err := json.Marshal(report)
		require.NoError(t, err)
		texts[i] = report.String() + string(text)
	}
	require.Equal(t, texts[0], texts[1])
	require.Equal(t, texts[0], texts[2])
}

// On the real clock and in processes of their own, the verdicts are the same.
func TestConcurrentElsewhere(t *testing.T) {
	t.Parallel() // it mostly waits
	only := []faultdaemon.Fault{faultdaemon.FaultMultipleResponses, faultdaemon.FaultCloseAfterRead}
	for name, opts := range map[string]*faulttest.Options{
		"real":     {Real: true, Deadline: 2 * time.Second, Only: only},
		"isolated": {Isolate: true, Only: only},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := faulttest.JudgeConcurrent(t, echoDaemon(), 3, byID, opts)
			require.NoError(t, report.Err)
			require.Equal(t, faulttest.Survived, report.Results[0].Verdict)
			require.Equal(t, faulttest.Rejected, report.Results[1].Verdict)
			require.True(t, report.OK(), "%s", report)
		})
	}
}
