package resp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// notes is a Redis with two notes.
func notes(request []byte) []byte {
	switch strings.ToLower(string(request)) {
	case "*2\r\n$3\r\nget\r\n$4\r\nmilk\r\n":
		return []byte("$6\r\na pint\r\n")
	case "*2\r\n$3\r\nget\r\n$5\r\nbread\r\n":
		return []byte("$6\r\na loaf\r\n")
	}
	return []byte("-ERR unknown command\r\n")
}

// getNotes is a client that gets both notes, in one write, and looks at everything.
func getNotes(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, "*2\r\n$3\r\nGET\r\n$4\r\nmilk\r\n*2\r\n$3\r\nGET\r\n$5\r\nbread\r\n"); err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	milk, err := bulkString(r)
	bread, failure := bulkString(r)
	if extra := r.Buffered(); extra > 0 {
		failure = errors.Join(failure, fmt.Errorf("%d bytes that nobody has asked for", extra))
	}
	return []string{milk, bread}, errors.Join(err, failure)
}

// bulkString reads one, by itself.
func bulkString(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	size, found := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), "$")
	n, err := strconv.ParseUint(size, 10, 16)
	if !found || err != nil {
		return "", fmt.Errorf("%q is no bulk string", line)
	}
	text := make([]byte, n+2)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", err
	}
	if string(text[n:]) != "\r\n" {
		return "", fmt.Errorf("the string ends with %q", text[n:])
	}
	return string(text[:n]), nil
}

// A right client passes under every fault that applies, and those that do not apply say why. Left out
// is a second reply to the first command: without ids it is the reply to the next, unless
// there is more to read by then.
func TestAClientUnderEveryFault(t *testing.T) {
	daemon := faultdaemon.Config{Protocol: resp.Protocol{}, ResponseHandler: notes}
	report := faulttest.Judge(t, daemon, getNotes, &faulttest.Options{Skip: []faultdaemon.Fault{faultdaemon.FaultMultipleResponses}})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	got := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		got[r.Info.Name] = r.Verdict
	}
	for fault, want := range map[faultdaemon.Fault]faulttest.Verdict{
		"corrupt_response":         faulttest.Rejected,
		"cut_at":                   faulttest.Rejected,
		"flip_at":                  faulttest.Rejected,
		"partial_response":         faulttest.Rejected,
		"response_without_newline": faulttest.Rejected,
		"chunked_response":         faulttest.Survived,
		"coalesced_responses":      faulttest.Survived,
		"hang_before_response":     faulttest.TimedOut,
		"write_half_then_hang":     faulttest.TimedOut,
	} {
		require.Equal(t, want, got[fault], fault)
	}
	reasons := make(map[faultdaemon.Fault]string)
	for _, n := range report.NotApplicable {
		_, reasons[n.Fault], _ = strings.Cut(n.Reason, ": ")
	}
	require.Equal(t, map[faultdaemon.Fault]string{
		"invalid_json":       "a value is bytes to this protocol, not JSON",
		"embedded_newlines":  "a value is bytes to this protocol, not JSON",
		"multiline_response": "a value is bytes to this protocol, not JSON",
		"response_too_large": "nothing can be added to a value without making it another",
	}, reasons)
}

// What the renderings write.
func TestRenderings(t *testing.T) {
	for fault, want := range map[faultdaemon.Fault]string{
		faultdaemon.FaultCorruptResponse:        "\x00\xfe\xffgarbage\x00\r\n",
		faultdaemon.FaultResponseWithoutNewline: "$6\r\na pint",
		faultdaemon.FaultNone:                   "$6\r\na pint\r\n",
	} {
		d := faultdaemon.New("", faultdaemon.Config{Protocol: resp.Protocol{}, Fault: fault, ResponseHandler: notes})
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		_, err = io.WriteString(conn, "*2\r\n$3\r\nGET\r\n$4\r\nmilk\r\n")
		require.NoError(t, err)
		got := make([]byte, len(want))
		_, err = io.ReadFull(conn, got)
		require.NoError(t, err)
		require.Equal(t, want, string(got), fault)
		_, err = resp.Protocol{}.ReadMessage(bufio.NewReader(strings.NewReader(want)), noLimit)
		require.Equal(t, fault == faultdaemon.FaultNone, err == nil, "%s: %v", fault, err)
	}
}
