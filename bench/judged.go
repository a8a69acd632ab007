package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// verdicts judges one client under every fault that applies to it.
func verdicts(s *Setup) (Round, error) {
	cfg := jsonrpc.Lines.Config(jsonrpc.Methods{
		"status": func(json.RawMessage) (any, error) { return "ok", nil },
	})
	return repeat(1, func() error {
		if report := faulttest.Judge(s.T, cfg, calls(2), nil); report.Err != nil || len(report.Results) == 0 {
			return fmt.Errorf("no verdicts: %w", report.Err)
		}
		return nil
	}), nil
}

// sweeps damages a reply at every byte. The cost is that of one run of the client.
func sweeps(s *Setup) (Round, error) {
	const kinds = 4 // of damage, at each byte
	size := 1024
	if s.Short {
		size = 64
	}
	head, tail := `{"jsonrpc":"2.0","id":1,"result":"`, "\"}\n"
	reply := []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
	cfg := faultdaemon.Config{
		Protocol:        jsonrpc.Lines,
		ResponseHandler: func([]byte) []byte { return reply },
	}
	return timed(kinds*size, func(int) error { return faulttest.JudgeSweep(s.T, cfg, calls(1), nil).Err }), nil
}

// emptyBubbles is what virtual time costs when nothing is done in it.
func emptyBubbles(s *Setup) (Round, error) {
	return repeat(s.Times(4096), func() error {
		synctest.Test(s.T, func(*testing.T) {})
		return nil
	}), nil
}

// calls is a client that calls n times: it reads until the reply has come, and takes
// nothing else for it.
func calls(n int) func(context.Context, faulttest.Dialer) (string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (answer string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close() }()
		if deadline, ok := ctx.Deadline(); ok {
			if err := conn.SetDeadline(deadline); err != nil {
				return "", err
			}
		}
		lines := bufio.NewScanner(conn)
		lines.Buffer(nil, 1<<20)
		for id := range n {
			if answer, err = ask(conn, lines, id+1); err != nil {
				return "", err
			}
		}
		return answer, nil
	}
}

func ask(to io.Writer, lines *bufio.Scanner, id int) (string, error) {
	if _, err := fmt.Fprintf(to, `{"jsonrpc":"2.0","id":%d,"method":"status"}`+"\n", id); err != nil {
		return "", err
	}
	for lines.Scan() {
		var reply struct {
			JSONRPC string
			ID      *int
			Method  string
			Result  *string
			Error   *struct{ Message string }
		}
		if err := json.Unmarshal(lines.Bytes(), &reply); err != nil {
			return "", err
		}
		switch {
		case reply.JSONRPC != "2.0":
			return "", errors.New("not JSON-RPC 2.0")
		case reply.Method != "": // a notification, or a request of the daemon's
		case reply.ID == nil || *reply.ID != id:
			return "", errors.New("a reply to nothing that was asked")
		case reply.Error != nil:
			return "", errors.New(reply.Error.Message)
		case reply.Result == nil:
			return "", errors.New("a reply without a result")
		default:
			return *reply.Result, nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	return "", io.ErrUnexpectedEOF
}
