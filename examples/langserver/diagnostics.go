package langserver

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// A Diagnostic is a remark of the daemon's on a line of a document.
type Diagnostic struct {
	Line    int // from 0
	Message string
}

// documents are the documents that are open, by URI. Of the remarks on each,
// the latest are kept: however much the daemon publishes, nothing grows.
type documents struct {
	mu   sync.Mutex
	open map[string]*document
}

type document struct {
	published chan struct{} // closed with the first remarks
	remarks   []Diagnostic  // nil before that
}

// begin adds a document that has no remarks yet.
func (t *documents) begin(uri string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = make(map[string]*document)
	}
	t.open[uri] = &document{published: make(chan struct{})}
}

// publish keeps the remarks on a document that is open; others are passed over.
func (t *documents) publish(params json.RawMessage) error {
	var p lsp.DiagnosticsParams
	if err := decode(params, &p); err != nil {
		return err
	}
	remarks := []Diagnostic{}
	for _, d := range p.Diagnostics {
		remarks = append(remarks, Diagnostic{Line: d.Range.Start.Line, Message: d.Message})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	d, open := t.open[p.URI]
	if !open {
		return nil
	}
	if d.remarks == nil {
		close(d.published)
	}
	d.remarks = remarks
	return nil
}

// get returns a document, nil where it is not open.
func (t *documents) get(uri string) *document {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[uri]
}

// latest returns the remarks on a document.
func (t *documents) latest(d *document) []Diagnostic {
	t.mu.Lock()
	defer t.mu.Unlock()
	return d.remarks
}

// Diagnostics returns the daemon's latest remarks on a document that is open.
// The first are waited for, as a call's response is.
func (c *Client) Diagnostics(ctx context.Context, uri string) ([]Diagnostic, error) {
	ctx, cancel := c.limit(ctx, "none")
	defer cancel()
	d := c.docs.get(uri)
	if d == nil {
		return nil, fmt.Errorf("diagnostics: %s is not open", uri)
	}
	select {
	case <-d.published:
		return c.docs.latest(d), nil
	case <-c.ended:
		return nil, fmt.Errorf("diagnostics: %w", c.over())
	case <-ctx.Done():
		return nil, fmt.Errorf("diagnostics: %w", context.Cause(ctx))
	}
}
