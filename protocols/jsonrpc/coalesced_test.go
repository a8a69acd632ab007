package jsonrpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// oneOfEachRead makes two calls in turn. It compares ids, but takes a read for a
// message: what is behind the first newline is lost.
func oneOfEachRead(ctx context.Context, dial faulttest.Dialer) (answers []string, err error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	buffer := make([]byte, 64<<10)
	for id := 1; id <= 2; id++ {
		if _, err := fmt.Fprintf(conn, `{"jsonrpc":"2.0","method":"get","params":["%d"],"id":%d}`+"\n", id, id); err != nil {
			return nil, err
		}
		for answered := false; !answered; {
			n, err := conn.Read(buffer)
			if err != nil {
				return nil, err
			}
			line, _, _ := bytes.Cut(buffer[:n], []byte("\n"))
			var m struct {
				ID     int
				Result string
			}
			if err := json.Unmarshal(line, &m); err != nil {
				return nil, err
			}
			if answered = m.ID == id; answered {
				answers = append(answers, m.Result)
			}
		}
	}
	return answers, nil
}

// A client that makes its calls in turn meets several messages in one read too.
func TestWhatIsBehindAMessageIsLost(t *testing.T) {
	report := faulttest.Judge(t, jsonrpc.Lines.Config(noteMethods), oneOfEachRead, &faulttest.Options{Only: []faultdaemon.Fault{
		jsonrpc.FaultCoalescedNotification, jsonrpc.FaultCoalescedDuplicate,
		faultdaemon.FaultMultipleResponses, faultdaemon.FaultCoalescedResponses,
	}})
	require.NoError(t, report.Err)
	got, wrong := make(map[faultdaemon.Fault]faulttest.Verdict), []faultdaemon.Fault{}
	for _, r := range report.Results {
		got[r.Info.Name] = r.Verdict
		if r.Grade != verdict.OK && r.Verdict != faulttest.Untested {
			wrong = append(wrong, r.Info.Name)
		}
	}
	require.Equal(t, map[faultdaemon.Fault]faulttest.Verdict{
		jsonrpc.FaultCoalescedNotification:  faulttest.TimedOut,
		jsonrpc.FaultCoalescedDuplicate:     faulttest.TimedOut,
		faultdaemon.FaultMultipleResponses:  faulttest.Survived, // the answer comes first
		faultdaemon.FaultCoalescedResponses: faulttest.Untested, // needs calls at once
	}, got, "%s", report)
	require.ElementsMatch(t, wrong, []faultdaemon.Fault{jsonrpc.FaultCoalescedNotification, jsonrpc.FaultCoalescedDuplicate})
}
