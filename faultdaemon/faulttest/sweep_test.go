package faulttest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestSweep(t *testing.T) {
	faulttest.Sweep(t, statusDaemon(), twice, nil)
}

// The reply is {"id":1,"result":"fine"} and a newline: 25 bytes.
func TestSweepOfACorrectClient(t *testing.T) {
	report := faulttest.JudgeSweep(t, statusDaemon(), ownTimer, nil)
	require.NoError(t, report.Err)
	require.True(t, report.OK())
	require.Equal(t, `ok  cut    reply 1  bytes 0-24   rejected      before the first byte, inside the line, at the terminator
ok  split  reply 1  bytes 0-24   survived      before the first byte, inside the line, at the terminator
ok  flip   reply 1  bytes 0-17   rejected      in the syntax of the line, in the data of the line
ok  flip   reply 1  bytes 18-21  wrong answer  in the data of the line
ok  flip   reply 1  bytes 22-23  rejected      in the syntax of the line
ok  flip   reply 1  byte 24      timed out     in the terminator
ok  stall  reply 1  bytes 0-24   timed out     before the first byte, inside the line, at the terminator
100 offsets passed, 0 failed; the client gives up after 1s
`, report.String())
}

func TestEveryCorrectClientIsRightAtEveryOffset(t *testing.T) {
	for name, client := range right {
		t.Run(name, func(t *testing.T) {
			report := faulttest.JudgeSweep(t, statusDaemon(), client, nil)
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
		})
	}
}

// scans takes what is left at the end of the stream for a line, as
// bufio.Scanner does.
func scans(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := asked(ctx, dial)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	lines := bufio.NewScanner(conn)
	if !lines.Scan() {
		return "", errors.Join(lines.Err(), io.ErrUnexpectedEOF)
	}
	return lines.Text(), nil
}

// readsOnce takes what one read returns for a message.
func readsOnce(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := asked(ctx, dial)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	var reply struct{ Result string }
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err == nil {
		err = json.Unmarshal(buf[:n], &reply)
	}
	return reply.Result, err
}

// What a sweep finds wrong, range by range: way, offsets, verdict.
func TestSweepsOfBrokenClients(t *testing.T) {
	for name, c := range map[string]struct {
		client clientFunc
		wrong  []string
	}{
		"scans": {scans, []string{"cut 1-23 wrong answer", "cut 24-24 survived", // a line is none without its end
			"flip 0-1 wrong answer", "flip 4-5 wrong answer", "flip 7-8 wrong answer", "flip 15-17 wrong answer",
			"flip 22-24 wrong answer", "stall 1-23 wrong answer"}},
		"reads once":        {readsOnce, []string{"cut 24-24 survived", "split 1-23 rejected", "stall 1-23 rejected"}},
		"waits after EOF":   {waitsAfterEOF, []string{"cut 0-24 timed out"}}, // a flip may time out
		"ignores deadlines": {ignoresDeadlines, []string{"flip 24-24 hung", "stall 0-24 hung"}},
		"swallows errors": {swallowsErrors, []string{"cut 0-24 wrong answer",
			"flip 0-1 wrong answer", "flip 4-5 wrong answer", "flip 7-8 wrong answer", "flip 15-17 wrong answer",
			"flip 22-24 wrong answer", "stall 0-24 wrong answer"}},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.JudgeSweep(t, statusDaemon(), c.client, &faulttest.SweepOptions{StrictGrades: true})
			require.NoError(t, report.Err)
			require.False(t, report.OK())
			var wrong []string
			for _, r := range report.Ranges {
				if !r.OK {
					wrong = append(wrong, fmt.Sprintf("%s %d-%d %s", r.Kind, r.From, r.To, r.Verdict))
				}
			}
			require.Equal(t, c.wrong, wrong)
		})
	}
}

// decodes is a correct client that decodes JSON values and needs no newline.
func decodes(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := asked(ctx, dial)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	c := lineClient{id: 1}
	var line json.RawMessage
	if err := json.NewDecoder(conn).Decode(&line); err != nil {
		return "", err
	}
	return c.decode(line)
}

// It has its answer before the newline.
func TestAllowUnterminated(t *testing.T) {
	report := faulttest.JudgeSweep(t, statusDaemon(), decodes, nil)
	require.True(t, report.OK(), "it is lenient: %s", report)
	report = faulttest.JudgeSweep(t, statusDaemon(), decodes, &faulttest.SweepOptions{StrictGrades: true})
	require.NoError(t, report.Err)
	require.False(t, report.OK())
	for _, r := range report.Ranges {
		atEnd := r.Kind == faulttest.Cut && r.From == 24
		require.Equal(t, atEnd, !r.OK, "%s", report)
		if atEnd {
			require.Equal(t, faulttest.Survived, r.Verdict)
			require.Contains(t, r.Result.Info.Why, "SweepOptions.AllowUnterminated")
		}
	}
	report = faulttest.JudgeSweep(t, statusDaemon(), decodes, &faulttest.SweepOptions{AllowUnterminated: true, StrictGrades: true})
	require.True(t, report.OK(), "%s", report)
}

// Offsets count in messages, also where a reply has several, and say what they
// are inside of.
func TestSweepOfSeveralMessages(t *testing.T) {
	cfg := faultdaemon.Config{ResponseHandler: func([]byte) []byte {
		return []byte("{\"id\":1,\"result\":\"half\"}\n{\"id\":1,\"result\":\"caf\u00e9\"}\n")
	}}
	report := faulttest.JudgeSweep(t, cfg, progress, nil)
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	require.Contains(t, report.String(), `
ok  split  message 1 of reply 1  bytes 0-24   survived      before the first byte, inside the line, at the terminator
ok  split  message 2 of reply 1  bytes 0-25   survived      before the first byte, inside the line, inside a UTF-8 rune of the line, at the terminator
`)
	last := report.Ranges[len(report.Ranges)-1]
	require.Equal(t, []any{faulttest.Stall, 1, 2, faultdaemon.Fault("cut_at(25, hang)")}, []any{last.Kind, last.Reply, last.Message, last.Result.Fault})
}

// pascal is a binary protocol: a length of two bytes and as many of text.
type pascal struct{}

func (pascal) ReadMessage(r *bufio.Reader, _ int) ([]byte, error) {
	head, err := r.Peek(2)
	if err != nil {
		return head, err
	}
	message := make([]byte, 2+int(head[0])<<8+int(head[1]))
	n, err := io.ReadFull(r, message)
	return message[:n], err
}

func (pascal) Frame(text []byte) ([]byte, error) {
	return append([]byte{byte(len(text) >> 8), byte(len(text))}, text...), nil
}

func (pascal) ExpectsReply([]byte) bool          { return true }
func (pascal) Catalogue() *faultdaemon.Catalogue { return nil }

// dissected is one that tells length from text.
type dissected struct{ pascal }

func (dissected) Dissect(message []byte) []faultdaemon.Field {
	return []faultdaemon.Field{{Name: "length", Size: 2}, {Name: "text", Size: len(message) - 2, Kind: faultdaemon.DataField}}
}

// wrong is one that loses count.
type wrong struct{ pascal }

func (wrong) Dissect([]byte) []faultdaemon.Field {
	return []faultdaemon.Field{{Name: "length", Size: 2}}
}

// asksPascal believes what a length says, which may be too much or too little.
func asksPascal(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, "\x00\x04ping"); err != nil {
		return "", err
	}
	message, err := pascal{}.ReadMessage(bufio.NewReader(conn), 0)
	return string(message), err
}

// A length one less than it should be makes another answer: a client that does
// not look at what follows cannot tell, and is wrong.
func TestSweepOfABinaryProtocol(t *testing.T) {
	pong := func([]byte) []byte { return []byte("\x00\x05pong!") }
	report := faulttest.JudgeSweep(t, faultdaemon.Config{Protocol: dissected{}, ResponseHandler: pong}, asksPascal, nil)
	require.NoError(t, report.Err)
	require.Equal(t, `ok    cut    reply 1  bytes 0-6  rejected      before the first byte, inside the length, between length and text, inside the text
ok    split  reply 1  bytes 0-6  survived      before the first byte, inside the length, between length and text, inside the text
ok    flip   reply 1  byte 0     timed out     in the length
FAIL  flip   reply 1  byte 1     wrong answer  in the length
ok    flip   reply 1  bytes 2-6  wrong answer  in the data of the text
ok    stall  reply 1  bytes 0-6  timed out     before the first byte, inside the length, between length and text, inside the text
27 offsets passed, 1 failed; the client gives up after 5s
`, report.String())

	report = faulttest.JudgeSweep(t, faultdaemon.Config{Protocol: pascal{}, ResponseHandler: pong}, asksPascal, nil)
	require.True(t, report.OK(), "nothing is known about these bytes: %s", report)
	report = faulttest.JudgeSweep(t, faultdaemon.Config{Protocol: wrong{}, ResponseHandler: pong}, asksPascal, nil)
	require.ErrorContains(t, faulttest.JudgeSweep(t, faultdaemon.Config{Protocol: negative{}, ResponseHandler: pong}, asksPascal, nil).Err,
		`negative.Dissect returns the field "length" of -1 bytes`)
	require.ErrorContains(t, report.Err, `wrong.Dissect returns fields of 2 bytes for the message "\x00\x05pong!" of 7`)
}

// Of a long message, the beginning and the end are swept.
func TestMaxOffsets(t *testing.T) {
	report := faulttest.JudgeSweep(t, statusDaemon(), status, &faulttest.SweepOptions{MaxOffsets: 5, Deadline: time.Second})
	require.NoError(t, report.Err)
	require.Equal(t, time.Second, report.Patience)
	var spans []string
	for _, r := range report.Ranges {
		if r.Kind == faulttest.Cut {
			spans = append(spans, fmt.Sprint(r.From, "-", r.To))
		}
	}
	require.Equal(t, []string{"0-2", "23-24"}, spans)
}

// A reply that the client does without may be cut before its first byte, and
// nowhere else.
func TestAReplyThatIsOptional(t *testing.T) {
	ignores := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := asked(ctx, dial)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close() }()
		c := lineClient{r: bufio.NewReader(conn)}
		if _, err := c.line(); err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return "sent", nil
	}
	report := faulttest.JudgeSweep(t, statusDaemon(), ignores, nil)
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.SweepRange{Kind: faulttest.Cut, Reply: 1, Message: 1, Where: "before the first byte", Verdict: faulttest.Survived, OK: true},
		plainRange(report.Ranges[0]))
	require.Equal(t, faulttest.Rejected, report.Ranges[1].Verdict)
	require.True(t, report.OK(), "%s", report)
}

// counting is a handler whose replies get longer and longer.
func counting() faultdaemon.ResponseHandler {
	var n atomic.Int64
	return func([]byte) []byte { return append(bytes.Repeat([]byte{'x'}, int(n.Add(1))), '\n') }
}

// negative is a protocol that counts backwards.
type negative struct{ pascal }

func (negative) Dissect(message []byte) []faultdaemon.Field {
	return []faultdaemon.Field{{Name: "length", Size: -1}, {Name: "text", Size: len(message) + 1}}
}

// plainRange is a range without what led to it.
func plainRange(r faulttest.SweepRange) faulttest.SweepRange {
	return faulttest.SweepRange{Kind: r.Kind, Reply: r.Reply, Message: r.Message, From: r.From, To: r.To, Where: r.Where, Verdict: r.Verdict, OK: r.OK}
}

// What the client does not wait for may be cut anywhere, for it never reads it.
func TestAMessageThatNobodyWaitsFor(t *testing.T) {
	cfg := faultdaemon.Config{ResponseHandler: func([]byte) []byte {
		return []byte("{\"id\":1,\"result\":\"fine\"}\n{\"log\":\"done\"}\n")
	}}
	report := faulttest.JudgeSweep(t, cfg, status, nil)
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	for _, r := range report.Ranges {
		if r.Message == 2 {
			require.Equal(t, faulttest.Survived, r.Verdict, "%s", report)
		}
	}
}

// bye makes a call, and then says goodbye without waiting for the answer.
func bye(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	answer, err := c.Call(ctx, "status")
	if err != nil {
		return "", err
	}
	return answer, request(c.conn)
}

func TestAGoodbyeThatNobodyWaitsFor(t *testing.T) {
	for range 5 {
		report := faulttest.JudgeSweep(t, statusDaemon(), bye, nil)
		require.NoError(t, report.Err)
		require.True(t, report.OK(), "%s", report)
	}
}

// The daemon that sends no reply to the first request sends one to the second,
// and it is that which is damaged.
func TestSweepOfAClientThatTriesAgain(t *testing.T) {
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		if e.Connection() == 1 {
			return nil, faultdaemon.ErrClosed
		}
		return []byte("{\"id\":1,\"result\":\"fine\"}\n"), nil
	}}
	again := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		if answer, err := scans(ctx, dial); err == nil {
			return answer, nil
		}
		return scans(ctx, dial)
	}
	report := faulttest.JudgeSweep(t, cfg, again, nil)
	require.NoError(t, report.Err)
	require.False(t, report.OK())
	require.Equal(t, 2, report.Ranges[0].Reply)
	require.Contains(t, report.String(), "FAIL     cut    reply 2  bytes 1-23")
}

// A reply that is made later on its connection is not that of a later request.
func TestSweepOfTwoConnections(t *testing.T) {
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		if e.Connection() == 1 {
			<-time.After(50 * time.Millisecond)
		}
		return fmt.Appendf(nil, "{\"id\":1,\"result\":\"connection %d is fine\"}\n", e.Connection()), nil
	}}
	two := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		first, err := connect(ctx, dial)
		if err != nil {
			return "", err
		}
		defer first.Close()
		second := make(chan error, 1)
		go func() {
			<-time.After(time.Millisecond)
			answer, err := status(ctx, dial)
			if err == nil && answer != "connection 2 is fine" {
				err = errors.New(answer)
			}
			second <- err
		}()
		answer, err := first.Call(ctx, "status")
		return answer, errors.Join(err, <-second)
	}
	report := faulttest.JudgeSweep(t, cfg, two, nil)
	require.NoError(t, report.Err)
	for _, r := range report.Ranges {
		require.NotEqual(t, faulttest.Untested, r.Verdict, "%s", report)
		require.True(t, r.OK || r.Kind == faulttest.Flip, "%s", report)
	}
}

func TestSweepsThatCannotBe(t *testing.T) {
	silent := func(context.Context, faulttest.Dialer) (string, error) { return "", nil }
	for name, c := range map[string]struct {
		cfg    faultdaemon.Config
		client clientFunc
		opts   faulttest.SweepOptions
		says   string
	}{
		"a fault in the config": {cfg: faultdaemon.Config{Fault: faultdaemon.FaultCutAt}, client: status, says: "leave both out"},
		"unhealthy":             {client: status, says: "requests are echoed"},
		"never dials":           {client: silent, says: "the client never connected to the daemon"},
		"none picked": {cfg: faultdaemon.Config{ResponseHandler: statusDaemon().ResponseHandler, FaultMatcher: func([]byte) bool { return false }},
			client: status, says: "FaultMatcher"},
		"no two runs alike": {cfg: faultdaemon.Config{ResponseHandler: counting()}, client: func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			_, err := scans(ctx, dial)
			return "", err
		}, says: "replies in another order, or at another length, on each run"},
		"no offsets": {cfg: statusDaemon(), client: status, opts: faulttest.SweepOptions{MaxOffsets: -1}, says: "MaxOffsets is -1: want 0 (4096) or more"},
		"no reply": {cfg: faultdaemon.Config{ResponseHandler: func([]byte) []byte { return []byte{} }},
			client: func(ctx context.Context, dial faulttest.Dialer) (string, error) {
				c, err := connect(ctx, dial)
				if err != nil {
					return "", err
				}
				defer c.Close()
				return "sent", request(c.conn)
			}, says: "there is nothing to sweep"},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.JudgeSweep(t, c.cfg, c.client, &c.opts)
			require.ErrorContains(t, report.Err, c.says)
			require.False(t, report.OK())
			require.Contains(t, report.String(), c.says)
		})
	}
}

func TestSweepsAreTheSameAgain(t *testing.T) {
	var texts [2]string
	for i := range texts {
		report := faulttest.JudgeSweep(t, statusDaemon(), leaksOnErrors, nil)
		text, err := json.Marshal(report)
		require.NoError(t, err)
		texts[i] = report.String() + string(text)
	}
	require.Contains(t, texts[0], "neverEnds")
	require.Equal(t, texts[0], texts[1])
}

// inTest repeats something that needs a test.
func inTest(b *testing.B, do func(t *testing.T)) {
	repeat := func(t *testing.T) {
		for b.Loop() {
			do(t)
		}
	}
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: "repeat", F: repeat}}) {
		b.Fatal("the test has failed")
	}
}
