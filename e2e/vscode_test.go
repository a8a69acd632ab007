package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// vscode-jsonrpc runs in a process of Node's. It has no deadlines: what ends a
// call is its reply.
func TestVSCode(t *testing.T) {
	requireNode(t)
	run(t, client{
		config: jsonrpc.Headers.Config(methods),
		dial:   startNode,
		faults: []trial{
			{faultdaemon.FaultChunkedResponse, answers, answers, inTurn},
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{jsonrpc.FaultHeaderCase, answers, answers, inTurn},
			{jsonrpc.FaultVersionMissing, answers, answers, inTurn},
			{jsonrpc.FaultResultAndError, fails("Internal error"), answers, inTurn},
			{jsonrpc.FaultNeitherResultNorError, fails("neither a result nor an error"), answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved.With(3), answers, answers, inTurn},
			{jsonrpc.FaultServerRequestIDCollision, answers, answers, inTurn},
			{jsonrpc.FaultReplyToNotification, answers, answers, afterNotification},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// Silence has no end without a deadline.
			{faultdaemon.FaultHangBeforeResponse, hangs, hangs, inTurn},
			{jsonrpc.FaultLateReply, hangs, answers, inTurn},
			{jsonrpc.FaultIDTypeChanged, hangs, answers, inTurn},
			{jsonrpc.FaultStallAfterHeader, hangs, hangs, inTurn},

			// Calls that are out do not learn that the connection has closed.
			{faultdaemon.FaultCloseAfterRead, hangs, fails("Connection is closed"), inTurn},
			{faultdaemon.FaultPartialResponse, hangs, fails("Connection is closed"), inTurn},

			// Nor that a message makes no sense: onError or the logger hears of it.
			{faultdaemon.FaultCorruptResponse, hangs, answers, inTurn},
			{jsonrpc.FaultIDNullError, hangs, answers, inTurn},
			{jsonrpc.FaultBatchArrayForSingle, hangs, answers, inTurn},

			// After a header that it cannot read it is out of step: the body is
			// taken for the next header.
			{jsonrpc.FaultHeaderMissingLength, hangs, hangs, inTurn},
			{jsonrpc.FaultHeaderLengthShort, hangs, hangs, inTurn},
			{jsonrpc.FaultHeaderLFOnly, hangs, hangs, inTurn},

			// Messages wait in a queue by their id, where the second response takes the
			// place of the first.
			{jsonrpc.FaultDuplicateResponse, either(answers, returns("another")), answers, inTurn},
		},
	})
}

func requireNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v: this client has to be tested in CI: install Node", err)
		}
		t.Skipf("%v: this client runs in Node", err)
	}
	if _, err := os.Stat("node/node_modules/vscode-jsonrpc"); err != nil {
		t.Fatalf("%v: run npm ci in e2e/node", err)
	}
}

// A nodeSession is one process of node/client.js.
type nodeSession struct {
	process *exec.Cmd
	input   io.WriteCloser
	output  *json.Decoder
	ended   chan struct{} // closed when the process has; failure is set then
	failure error

	mu      sync.Mutex
	calls   int
	waiting map[int]chan nodeCall
}

// A nodeCall is a line that the process reads or writes.
type nodeCall struct {
	Call   int    `json:"call,omitempty"` // 0 of a notification
	Method string `json:"method,omitempty"`
	Text   string `json:"text,omitempty"`
	Result string `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
}

// startNode starts the process and, once that is connected, a goroutine that
// reads what it writes and ends with it. The process ends with ctx.
func startNode(ctx context.Context, t *testing.T, path string) (session, error) {
	s := &nodeSession{
		process: exec.CommandContext(ctx, "node", "node/client.js", path),
		ended:   make(chan struct{}),
		waiting: map[int]chan nodeCall{},
	}
	var stderr bytes.Buffer
	s.process.Stderr = &stderr
	output, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if s.input, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	s.output = json.NewDecoder(output)
	var connected struct{ Connected bool }
	err = s.output.Decode(&connected)
	go func() {
		defer close(s.ended)
		err := s.read()
		s.failure = errors.Join(errors.New("node ended"), err, s.process.Wait(), errors.New(stderr.String()))
	}()
	t.Cleanup(func() { <-s.ended })
	return s, err
}

// read hands the results to the calls that wait for them.
func (s *nodeSession) read() error {
	for {
		var c nodeCall
		if err := s.output.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		s.mu.Lock()
		waiting := s.waiting[c.Call]
		s.mu.Unlock()
		if waiting == nil {
			return fmt.Errorf("a notification failed: %s", c.Error)
		}
		waiting <- c
	}
}

func (s *nodeSession) call(_ context.Context, method, text string) (string, error) {
	result := make(chan nodeCall, 1)
	s.mu.Lock()
	s.calls++
	call := s.calls
	s.waiting[call] = result
	s.mu.Unlock()
	if err := s.command(nodeCall{Call: call, Method: method, Text: text}); err != nil {
		return "", err
	}
	select {
	case r := <-result:
		if r.Error != "" {
			return "", errors.New(r.Error)
		}
		return r.Result, nil
	case <-s.ended:
		return "", s.failure
	}
}

func (s *nodeSession) notify(context.Context) error {
	return s.command(nodeCall{Method: notification})
}

func (s *nodeSession) command(c nodeCall) error {
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.input.Write(append(line, '\n'))
	return err
}

func (s *nodeSession) close() error {
	err := s.input.Close()
	<-s.ended
	return err
}
