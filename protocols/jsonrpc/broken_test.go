package jsonrpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A mistake says whether a client of one call at a time takes a message for the
// answer to the call with this id.
type mistake func(m incoming, id int) (mine bool)

// A parser reads the messages in a text.
type parser = func(text []byte) (messages []incoming, isArray bool, err error)

// rightID makes none.
func rightID(m incoming, id int) bool {
	return m.isResponse() && (string(m.id) == fmt.Sprint(id) || m.unreadable())
}

// ignoresIDs takes the next response, whatever call it is for.
func ignoresIDs(m incoming, _ int) bool { return m.isResponse() }

// takesNotifications takes what has no other id than the call's for its
// response.
func takesNotifications(m incoming, id int) bool {
	return m.id == nil || string(m.id) == fmt.Sprint(id) || m.unreadable()
}

// trustsIDs finds every response's call in its table, and looks into it.
func trustsIDs(m incoming, id int) bool {
	if !m.isResponse() || m.unreadable() {
		return m.unreadable()
	}
	table := map[string]*call{fmt.Sprint(id): {id: int64(id)}}
	return table[string(m.id)].id == int64(id)
}

// callTime is how long such a client waits for an answer.
const callTime = 1700 * time.Millisecond

// asks is what a client with the mistake does, on a connection with headers: it
// makes one call, whatever comes of it in time, to wake the daemon up, and two
// whose answers it returns.
func (mine mistake) asks(parse parser) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (answers []string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }()
		texts := withHeaders.texts(conn)
		for i, key := range []string{"milk", "bread", "salt"} {
			id := i + 1
			if err := conn.SetDeadline(time.Now().Add(callTime)); err != nil {
				return nil, err
			}
			text := fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"get","params":["%s"],"id":%d}`, key, id)
			if _, err := conn.Write(withHeaders.frame(text)); err != nil {
				return nil, err
			}
			answer, err := mine.await(texts, parse, id)
			switch {
			case id == 1 && (err == nil || errors.Is(err, os.ErrDeadlineExceeded)):
			case err != nil:
				return nil, err
			default:
				answers = append(answers, answer)
			}
		}
		return answers, nil
	}
}

// await reads until there is an answer.
func (mine mistake) await(texts texts, parse parser, id int) (string, error) {
	for {
		text, err := texts.next()
		if err != nil {
			return "", err
		}
		messages, _, err := parse(text)
		if err != nil {
			return "", err
		}
		for _, m := range messages {
			if mine(m, id) {
				return string(m.result), m.failure
			}
		}
	}
}

// acceptsGarbage decodes the first value of a text, and does not ask what is
// behind it.
func acceptsGarbage(text []byte) ([]incoming, bool, error) {
	var first json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&first); err != nil {
		return nil, false, err
	}
	return parse(first)
}

// Each of these has exactly these wrong verdicts, and no other. That one
// survives can be the mistake: it has the right answer from a response that it
// should not have looked at.
func TestBrokenClients(t *testing.T) {
	for name, c := range map[string]struct {
		mine  mistake
		parse parser
		wrong map[faultdaemon.Fault]faulttest.Verdict
	}{
		"none": {rightID, parse, map[faultdaemon.Fault]faulttest.Verdict{}},
		"ignores ids": {ignoresIDs, parse, map[faultdaemon.Fault]faulttest.Verdict{
			faultdaemon.FaultMultipleResponses: faulttest.WrongAnswer,
			jsonrpc.FaultDuplicateResponse:     faulttest.WrongAnswer,
			jsonrpc.FaultCoalescedDuplicate:    faulttest.WrongAnswer,
			jsonrpc.FaultUnsolicitedResponse:   faulttest.WrongAnswer,
			jsonrpc.FaultLateReply:             faulttest.WrongAnswer,
			faultdaemon.FaultSlowAccept:        faulttest.WrongAnswer, // its first response is late too
			jsonrpc.FaultWrongID:               faulttest.Survived,
			jsonrpc.FaultIDTypeChanged:         faulttest.Survived,
		}},
		"trusts ids": {trustsIDs, parse, map[faultdaemon.Fault]faulttest.Verdict{
			faultdaemon.FaultMultipleResponses: faulttest.Crashed,
			jsonrpc.FaultDuplicateResponse:     faulttest.Crashed,
			jsonrpc.FaultCoalescedDuplicate:    faulttest.Crashed,
			jsonrpc.FaultUnsolicitedResponse:   faulttest.Crashed,
			jsonrpc.FaultLateReply:             faulttest.Crashed,
			faultdaemon.FaultSlowAccept:        faulttest.Crashed,
			jsonrpc.FaultWrongID:               faulttest.Crashed,
			jsonrpc.FaultIDTypeChanged:         faulttest.Crashed,
			jsonrpc.FaultIDFloat:               faulttest.Crashed,
		}},
		"takes notifications": {takesNotifications, parse, map[faultdaemon.Fault]faulttest.Verdict{
			jsonrpc.FaultNotificationInterleaved:  faulttest.WrongAnswer,
			jsonrpc.FaultNotificationFlood:        faulttest.WrongAnswer,
			jsonrpc.FaultCoalescedNotification:    faulttest.WrongAnswer,
			jsonrpc.FaultServerRequestIDCollision: faulttest.WrongAnswer,
		}},
		"accepts garbage": {rightID, acceptsGarbage, map[faultdaemon.Fault]faulttest.Verdict{
			jsonrpc.FaultHeaderCountsGarbage: faulttest.Survived,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, jsonrpc.Headers.Config(noteMethods), c.mine.asks(c.parse), &faulttest.Options{StrictGrades: true})
			require.NoError(t, report.Err)
			wrong := make(map[faultdaemon.Fault]faulttest.Verdict)
			for _, r := range report.Results {
				if !r.OK {
					wrong[r.Info.Name] = r.Verdict
				}
			}
			require.Equal(t, c.wrong, wrong, "%s", report)
		})
	}
}
