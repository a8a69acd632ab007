package langserver

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// call is one request and its response, whose result it reads into result
// unless that is nil.
func (c *Client) call(ctx context.Context, method string, params, result any) error {
	m, err := c.exchange(ctx, method, params)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", method, err)
	case m.Error != nil:
		return fmt.Errorf("%s: the daemon says: %w", method, m.Error)
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(m.Result, result); err != nil {
		return fmt.Errorf("%s: the result cannot be read: %w", method, err)
	}
	return nil
}

// exchange sends a request and waits for the response, whichever that is. When
// ctx or the Timeout ends first, the daemon is told so.
func (c *Client) exchange(ctx context.Context, method string, params any) (lsp.Message, error) {
	ctx, cancel := c.limit(ctx, "no response")
	defer cancel()
	id, response := c.calls.begin()
	defer c.calls.forget(id)
	request, err := message(strconv.AppendInt(nil, id, 10), method, params)
	if err != nil {
		return lsp.Message{}, err
	}
	if err := c.enqueue(ctx, outgoing{message: request}); err != nil {
		return lsp.Message{}, err
	}
	select {
	case m := <-response:
		return m, nil
	case <-ctx.Done():
		c.cancel(id)
		return lsp.Message{}, context.Cause(ctx)
	case <-c.ended:
	}
	select {
	case m := <-response: // it came before the end
		return m, nil
	default:
		return lsp.Message{}, c.over()
	}
}

// cancel tells the daemon that nobody waits for a response any more. Where so
// much waits to be written that there is no room for it, the daemon is not
// told: nobody may wait on behalf of a call that is over.
func (c *Client) cancel(id int64) {
	note, err := message(nil, "$/cancelRequest", lsp.CancelParams{ID: id})
	if err != nil {
		return
	}
	select {
	case c.outbox <- outgoing{message: note}:
	default:
	}
}
