// Package ndjson speaks newline-delimited JSON: one JSON text a line.
//
//	{"id":1,"type":"add","text":"milk"}\n
//	{"id":1,"ok":true}\n
//
// [Lines] is that protocol, and [Delimited] the same with another byte at the
// end of a message: varlink ends them with NUL. A working daemon is
//
//	d := faultdaemon.New(path, ndjson.Lines.Config(func(request json.RawMessage) (any, error) {
//		return map[string]any{"ok": true}, nil
//	}))
//
// The format is that of the NDJSON specification (github.com/ndjson/ndjson-spec):
// UTF-8, no newline inside a text, 0x0D 0x0A as good as 0x0A. It leaves open
// whether blank lines are ignored; here they are.
//
// # What ties a reply to its request
//
// The format knows no ids, and programs have them under many names (id,
// request_id, seq). To the faults, a member that a reply has in common with its
// request, at the top level and with the same value, is what ties the two: they
// leave it alone and damage something else, so that a client has to look at the
// damage and not at a reply to somebody else.
//
// # Faults of other protocols
//
// [Faults] apply to every protocol that has the method
//
//	Delimiter() byte
//
// which says that its messages are JSON texts that end with that byte: give
// them to the daemon as Config.Catalogues.
package ndjson
