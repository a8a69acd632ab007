package langserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// calls are the calls that are out, by id.
type calls struct {
	mu   sync.Mutex
	last int64
	out  map[int64]chan lsp.Message
}

// begin gives out an id. The response will be in the channel.
func (t *calls) begin() (id int64, response chan lsp.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.out == nil {
		t.out = make(map[int64]chan lsp.Message)
	}
	t.last++
	response = make(chan lsp.Message, 1)
	t.out[t.last] = response
	return t.last, response
}

// forget ends a call: whatever comes for it is passed over from now on.
func (t *calls) forget(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.out, id)
}

// resolve hands a response to its call. One that nobody waits for, because its
// call was given up or has its response, is passed over; one to a call that
// was never made is an error.
func (t *calls) resolve(m lsp.Message) error {
	if string(m.ID) == "null" {
		return aboutNoCall(m)
	}
	var id int64
	if err := json.Unmarshal(m.ID, &id); err != nil {
		return fmt.Errorf("a response has the id %s: want a number", m.ID)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id < 1 || id > t.last {
		return fmt.Errorf("a response has the id %d, which no call has had", id)
	}
	if response, waiting := t.out[id]; waiting {
		delete(t.out, id)
		response <- m
	}
	return nil
}

// aboutNoCall takes a response whose id is null. It is what a daemon sends that
// could not read a message (JSON-RPC 2.0, section 5): whichever that was, its
// call would wait in vain. What some send, in spite of the specification, for a
// notification that they do not know is passed over.
func aboutNoCall(m lsp.Message) error {
	switch {
	case m.Error == nil:
		return errors.New("a response has the id null")
	case m.Error.Code == lsp.CodeParseError, m.Error.Code == lsp.CodeInvalidRequest:
		return fmt.Errorf("the daemon could not read a message: %w", m.Error)
	}
	return nil
}
