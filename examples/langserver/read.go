package langserver

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// read is the goroutine that reads, whatever is being written meanwhile. It
// ends the session with the stream, and at what is no message: then nobody
// knows what the daemon meant, and whom it concerns.
func (c *Client) read() {
	for r := bufio.NewReader(c.conn); ; {
		text, err := lsp.Read(r)
		switch {
		case errors.Is(err, io.EOF):
			c.end(errors.New("the daemon closed the connection"))
			return
		case errors.Is(err, os.ErrDeadlineExceeded): // of hearOut
			c.end(fmt.Errorf("write: %w", <-c.unsaid))
			return
		case err != nil:
			c.end(err)
			return
		}
		if err := c.receive(text); err != nil {
			c.end(err)
			return
		}
	}
}

// receive does what a message asks for. It waits for nobody that waits for
// messages.
func (c *Client) receive(text []byte) error {
	m, err := lsp.Decode(text)
	switch {
	case err != nil:
		return fmt.Errorf("the message %s cannot be read: %w", short(text), err)
	case m.Method == "":
		return c.calls.resolve(m)
	case m.ID != nil:
		return c.refuse(m)
	case m.Method == "textDocument/publishDiagnostics":
		return c.docs.publish(m.Params)
	}
	return nil // a client passes over notifications that it does not know
}

// refuse answers a request of the daemon's: this client does nothing for it.
func (c *Client) refuse(m lsp.Message) error {
	refusal := lsp.Message{Version: "2.0", ID: m.ID, Error: &lsp.Error{
		Code: lsp.CodeMethodNotFound, Message: "there is no method " + m.Method,
	}}
	text, err := refusal.Encode()
	if err != nil {
		return err
	}
	// A daemon that reads no answers would stop the reading here for good.
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	if err := c.enqueue(ctx, outgoing{message: text}); err != nil {
		return fmt.Errorf("the daemon reads no answers to its requests: %w", err)
	}
	return nil
}

// short quotes the beginning of a text.
func short(text []byte) string {
	const enough = 60
	if len(text) > enough {
		return fmt.Sprintf("%q...", text[:enough])
	}
	return fmt.Sprintf("%q", text)
}

// decode reads the params of a message.
func decode(params json.RawMessage, into any) error {
	if err := json.Unmarshal(params, into); err != nil {
		return fmt.Errorf("the params %s cannot be read: %w", short(params), err)
	}
	return nil
}
