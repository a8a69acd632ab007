package ndjson_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// byID makes the calls with the reference client.
func byID(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
	conn, err := dial(ctx)
	if err != nil {
		return err
	}
	c := newClient(conn)
	defer c.Close()
	atOnce(func(i int) (string, error) { return c.Call(ctx, "get", fmt.Sprint(i)) })
	return nil
}

// inOrder takes the next line that is not blank for its reply, in the order of
// the requests. A line that is none is the end of its connection.
func inOrder(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
	conn, err := dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	r := bufio.NewReader(conn)
	turn := make(chan struct{}, 1) // a mutex would stop virtual time
	var broken error
	atOnce(func(i int) (text string, err error) {
		if _, err := fmt.Fprintf(conn, `{"id":%d,"type":"get","text":"%d"}`+"\n", i+1, i); err != nil {
			return "", err
		}
		turn <- struct{}{}
		defer func() { broken = err; <-turn }()
		if broken != nil {
			return "", broken
		}
		line, err := readLine(r)
		for err == nil && len(bytes.TrimSpace(line)) == 0 {
			line, err = readLine(r)
		}
		if err != nil {
			return "", err
		}
		_, o, _, err := parse(line)
		return o.text, err
	})
	return nil
}

// mixedUp are the faults under which three calls at once of a client get the
// answers of others. It is wrong in no other way, and the fault of the order of
// replies is tested.
func mixedUp(t *testing.T, client func(context.Context, faulttest.Dialer, func(func(int) (string, error))) error) []faultdaemon.Fault {
	t.Helper()
	report := faulttest.JudgeConcurrent(t, ndjson.Lines.Config(notes), 3, client, nil)
	require.NoError(t, report.Err)
	var wrong []faultdaemon.Fault
	for _, r := range report.Results {
		if r.Info.Name == ndjson.FaultOutOfOrder {
			require.NotEqual(t, faulttest.Untested, r.Verdict)
		}
		if !r.OK {
			require.Equal(t, faulttest.WrongAnswer, r.Verdict, r.Info.Name)
			wrong = append(wrong, r.Info.Name)
		}
	}
	return wrong
}

func TestClientsOfCallsAtOnce(t *testing.T) {
	require.Empty(t, mixedUp(t, byID))
	require.Equal(t, []faultdaemon.Fault{faultdaemon.FaultMultipleResponses, ndjson.FaultOutOfOrder, ndjson.FaultCoalescedDuplicate}, mixedUp(t, inOrder))
}

// A reply is held where it has the id of its request, as JSON has it; others
// come at once, in the order of their requests.
func TestRepliesThatAreHeld(t *testing.T) {
	held := func(request, reply string) faultdaemon.Example {
		return faultdaemon.Example{With: "2, 48h", Send: request + "\n", Reply: reply, Got: reply, After: 48 * time.Hour}
	}
	atOnce := func(request, reply string) faultdaemon.Example {
		return faultdaemon.Example{With: "2, 48h", Send: request + "\n", Reply: reply, Got: reply}
	}
	exampletest.Run(t, ndjson.Lines.Config(nil), []exampletest.Case{{Fault: ndjson.FaultOutOfOrder, Examples: []faultdaemon.Example{
		held(`{"id":1.0}`, `{"id":1}`+"\r\n"),
		held(`{"id":{"a":1,"b":2}}`, `{"ok":true,"id":{"b":2,"a":1}}`+"\n"),
		held(`{"id":1}`, `{"event":"log"}`+"\n"+`{"id":1}`+"\n"),
		atOnce(`{"seq":1}`, `{"seq":1}`+"\n"),
		atOnce(`{"id":1}`, `{"ok":true}`+"\n"),
		atOnce(`{"id":1}`, `{"id":2}`+"\n"),
		atOnce(`{"id":1}`, `{"id":1}`+"\n"+`{"event":"log"}`+"\n"),
		atOnce(`{"id":null}`, `{"id":null}`+"\n"),
		atOnce(`{"id":1}`, `[1]`+"\n"),
		atOnce(`ping`, "pong\n"),
	}}})
}
