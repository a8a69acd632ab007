package ndjson

import "github.com/faultdaemon/toolkit/faultdaemon"

var _ faultdaemon.Dissector = Lines

// Dissect returns the text of a message, with the white space around it, and
// the delimiter.
func (f Framing) Dissect(message []byte) []faultdaemon.Field {
	text := len(message)
	if text > 0 && message[text-1] == byte(f) {
		text--
	}
	return []faultdaemon.Field{
		{Name: "text", Size: text, Kind: faultdaemon.DataField},
		{Name: "terminator", Size: len(message) - text, Kind: faultdaemon.TerminatorField},
	}
}
