package server

import (
	"encoding/json"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// A session is what the daemon knows of one client. Its zero value is a
// client that has just connected. It is used by one goroutine at a time.
type session struct {
	initialized bool
	shut        bool              // after shutdown: only exit is left
	over        bool              // after exit
	documents   map[string][]todo // those that are open, by URI
}

// handle takes a message of the client's and returns what to send, in order.
// A request has its response before the next message is read, so that
// $/cancelRequest never finds anything to cancel.
func (s *session) handle(text []byte) []lsp.Message {
	m, err := lsp.Decode(text)
	switch {
	case err != nil:
		return []lsp.Message{refusal(json.RawMessage("null"), &lsp.Error{Code: lsp.CodeParseError, Message: err.Error()})}
	case m.Method == "":
		return nil // a response to nothing that was asked
	case m.ID == nil:
		return s.notice(m)
	}
	result, failure := s.answer(m)
	if failure != nil {
		return []lsp.Message{refusal(m.ID, failure)}
	}
	return []lsp.Message{{Version: "2.0", ID: m.ID, Result: encode(result)}}
}

// answer carries a request out.
func (s *session) answer(m lsp.Message) (result any, failure *lsp.Error) {
	switch {
	case s.shut, s.initialized && m.Method == "initialize":
		return nil, &lsp.Error{Code: lsp.CodeInvalidRequest, Message: m.Method + " comes too late"}
	case !s.initialized && m.Method != "initialize":
		return nil, &lsp.Error{Code: lsp.CodeNotInitialized, Message: m.Method + " comes before initialize"}
	}
	switch m.Method {
	case "initialize":
		s.initialized, s.documents = true, make(map[string][]todo)
		return capabilities, nil
	case "shutdown":
		s.shut = true
		return nil, nil
	case "textDocument/hover", "textDocument/documentSymbol":
		return s.lookUp(m)
	}
	return nil, &lsp.Error{Code: lsp.CodeMethodNotFound, Message: "there is no method " + m.Method}
}

// lookUp answers what is asked about a document.
func (s *session) lookUp(m lsp.Message) (result any, failure *lsp.Error) {
	var p lsp.DocumentParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		return nil, &lsp.Error{Code: lsp.CodeInvalidParams, Message: err.Error()}
	}
	list, open := s.documents[p.TextDocument.URI]
	switch {
	case !open:
		return nil, &lsp.Error{Code: lsp.CodeInvalidParams, Message: p.TextDocument.URI + " is not open"}
	case m.Method == "textDocument/documentSymbol":
		return symbols(list), nil
	case p.Position == nil:
		return nil, &lsp.Error{Code: lsp.CodeInvalidParams, Message: m.Method + " has no position"}
	}
	return hover(list, p.Position.Line), nil
}

// notice takes a notification.
func (s *session) notice(m lsp.Message) []lsp.Message {
	var p lsp.DocumentParams
	switch m.Method {
	case "exit":
		s.over = true
	case "textDocument/didOpen", "textDocument/didClose":
		if json.Unmarshal(m.Params, &p) != nil || !s.initialized || s.shut {
			return nil // a notification has no reply that could say so
		}
		if m.Method == "textDocument/didClose" {
			delete(s.documents, p.TextDocument.URI)
			return nil
		}
		return s.open(p.TextDocument)
	}
	return nil
}

// open keeps a document and publishes the remarks on it.
func (s *session) open(d lsp.Document) []lsp.Message {
	s.documents[d.URI] = find(d.Text)
	params := lsp.DiagnosticsParams{URI: d.URI, Diagnostics: diagnostics(s.documents[d.URI])}
	return []lsp.Message{{Version: "2.0", Method: "textDocument/publishDiagnostics", Params: encode(params)}}
}

// capabilities are what the daemon can do: a document is sent whole when it
// is opened.
var capabilities = json.RawMessage(`{"capabilities":{"textDocumentSync":{"openClose":true,"change":0},` +
	`"hoverProvider":true,"documentSymbolProvider":true},"serverInfo":{"name":"todod"}}`)

func refusal(id json.RawMessage, failure *lsp.Error) lsp.Message {
	return lsp.Message{Version: "2.0", ID: id, Error: failure}
}

// encode returns a value of this package's or of lsp's as JSON.
func encode(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil { // these types always have JSON
		panic(err)
	}
	return text
}
