package lsp

// A Position is a place in a text. Lines and characters count from 0,
// characters in UTF-16 code units.
type Position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// A Range is from Start up to and without End.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// A Document is a text that the client has open. Where it is only named, it
// has a URI alone.
type Document struct {
	URI        string `json:"uri"`
	LanguageID string `json:"languageId,omitempty"`
	Version    int    `json:"version,omitempty"`
	Text       string `json:"text,omitempty"`
}

// DocumentParams are those of methods about a document, or a place in one.
type DocumentParams struct {
	TextDocument Document  `json:"textDocument"`
	Position     *Position `json:"position,omitempty"`
}

// A Hover is the result of textDocument/hover.
type Hover struct {
	Contents Markup `json:"contents"`
}

// Markup is text to show; its kind is plaintext here.
type Markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// A DocumentSymbol is a part of the result of textDocument/documentSymbol.
type DocumentSymbol struct {
	Name           string `json:"name"`
	Kind           int    `json:"kind"`
	Range          Range  `json:"range"`
	SelectionRange Range  `json:"selectionRange"`
}

// KindEvent is the DocumentSymbol.Kind that a TODO has.
const KindEvent = 24

// DiagnosticsParams are those of textDocument/publishDiagnostics.
type DiagnosticsParams struct {
	URI         string       `json:"uri"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// A Diagnostic is a remark on a part of a document.
type Diagnostic struct {
	Range    Range  `json:"range"`
	Severity int    `json:"severity"`
	Source   string `json:"source"`
	Message  string `json:"message"`
}

// The severities of diagnostics that are needed here.
const (
	SeverityWarning     = 2
	SeverityInformation = 3
)

// CancelParams are those of $/cancelRequest.
type CancelParams struct {
	ID int64 `json:"id"`
}
