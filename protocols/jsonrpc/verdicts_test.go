package jsonrpc_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// callStatus is a client that does everything right: one deadline for the
// call, a size limit, every rule of the specification for a response.
func callStatus(ctx context.Context, dial faulttest.Dialer) (string, error) {
	const limit = 1 << 20
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, `{"jsonrpc":"2.0","id":1,"method":"status"}`+"\n"); err != nil {
		return "", err
	}
	for r := bufio.NewReader(io.LimitReader(conn, limit)); ; {
		line, err := r.ReadBytes('\n')
		if err != nil {
			if len(line) > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		result, mine, err := readResponse(line)
		if err != nil || mine {
			return result, err
		}
	}
}

// readResponse reads a message. It is mine when it answers id 1; a
// notification and a response to nobody are passed over.
func readResponse(line []byte) (result string, mine bool, err error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(line, &members); err != nil {
		return "", false, err
	}
	if !bytes.Equal(members["jsonrpc"], []byte(`"2.0"`)) {
		return "", false, fmt.Errorf("jsonrpc is %s", members["jsonrpc"])
	}
	answer, hasResult := members["result"]
	failure, hasError := members["error"]
	if _, isCall := members["method"]; isCall {
		if hasResult || hasError {
			return "", false, errors.New("a call and a response at once")
		}
		return "", false, nil
	}
	if hasResult == hasError {
		return "", false, errors.New("neither a result nor an error, or both")
	}
	id, hasID := members["id"]
	switch {
	case !hasID:
		return "", false, errors.New("a response without an id")
	case hasError:
		var e struct {
			Code    *int64  `json:"code"`
			Message *string `json:"message"`
		}
		if err := json.Unmarshal(failure, &e); err != nil || e.Code == nil || e.Message == nil {
			return "", false, fmt.Errorf("an error that is none: %s", failure)
		}
		if bytes.Equal(id, []byte("null")) || bytes.Equal(id, []byte("1")) {
			return "", true, fmt.Errorf("error %d: %s", *e.Code, *e.Message)
		}
		return "", false, nil
	case !bytes.Equal(id, []byte("1")):
		return "", false, nil
	}
	var text *string
	if err := json.Unmarshal(answer, &text); err != nil {
		return "", false, err
	}
	if text == nil {
		return "null", true, nil
	}
	return *text, true, nil
}

// A client that is right is found to be so, under every fault.
func TestReferenceClient(t *testing.T) {
	ok := func(json.RawMessage) (any, error) { return "ok", nil }
	faulttest.Run(t, jsonrpc.Lines.Config(jsonrpc.Methods{"status": ok}), callStatus, &faulttest.Options{Deadline: 5 * time.Second})
}
