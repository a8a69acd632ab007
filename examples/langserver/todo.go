package langserver

import (
	"context"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// A Symbol is a TODO of a document.
type Symbol struct {
	Line int // from 0
	Name string
}

// Open gives the daemon a document. It returns when that is written, for the
// daemon does not reply; its remarks come in their own time (Diagnostics).
func (c *Client) Open(ctx context.Context, uri, text string) error {
	c.docs.begin(uri)
	return c.notify(ctx, "textDocument/didOpen", lsp.DocumentParams{
		TextDocument: lsp.Document{URI: uri, LanguageID: "plaintext", Version: 1, Text: text},
	})
}

// Hover returns what the daemon knows about a line of a document, counted from
// 0; it is empty where the daemon knows nothing.
func (c *Client) Hover(ctx context.Context, uri string, line int) (string, error) {
	var h *lsp.Hover
	err := c.call(ctx, "textDocument/hover", lsp.DocumentParams{
		TextDocument: lsp.Document{URI: uri},
		Position:     &lsp.Position{Line: line},
	}, &h)
	if err != nil || h == nil {
		return "", err
	}
	return h.Contents.Value, nil
}

// Symbols returns the TODOs of a document, in its order.
func (c *Client) Symbols(ctx context.Context, uri string) ([]Symbol, error) {
	var outline []lsp.DocumentSymbol
	if err := c.call(ctx, "textDocument/documentSymbol", lsp.DocumentParams{TextDocument: lsp.Document{URI: uri}}, &outline); err != nil {
		return nil, err
	}
	list := []Symbol{}
	for _, s := range outline {
		list = append(list, Symbol{Line: s.Range.Start.Line, Name: s.Name})
	}
	return list, nil
}
