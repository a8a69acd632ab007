package jsonrpc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"regexp"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

var _ faultdaemon.Dissector = Protocol{}

// Dissect returns the header with its length, if there is one, the body, which
// is the JSON text, and a newline behind that. Of the body, the values of
// result, error and params are data, and fields of their own; so is the method
// of a notification, for another is passed over. Version, id, the method of a
// request and the names of members are what JSON-RPC says about them. In a batch
// they are those of its every message.
//
//	{"jsonrpc":"2.0","result": | "ok"   | ,"id":1} | \n
//	body                       | result | body     | terminator
func (p Protocol) Dissect(message []byte) []faultdaemon.Field {
	start, end := 0, len(message)
	if p.framing == (headers{}) {
		head, _, _ := readHeader(bufio.NewReader(bytes.NewReader(message)), len(message)) // as far as it goes
		start = len(head)
	} else {
		end = len(bytes.TrimRight(message, "\n"))
	}
	return slices.Concat(
		dissectHeader(message[:start]),
		dissectText(message[start:end]),
		fields(faultdaemon.Field{Name: "terminator", Size: len(message) - end, Kind: faultdaemon.TerminatorField}),
	)
}

// contentLength is the field whose value is the length.
var contentLength = regexp.MustCompile(`(?im)^content-length:[ \t]*([0-9]+)`)

// dissectHeader returns the fields of what stands before the text.
func dissectHeader(header []byte) []faultdaemon.Field {
	digits := contentLength.FindSubmatchIndex(header)
	if digits == nil {
		return fields(faultdaemon.Field{Name: "header", Size: len(header)})
	}
	return fields(
		faultdaemon.Field{Name: "header", Size: digits[2]},
		faultdaemon.Field{Name: "length", Size: digits[3] - digits[2]},
		faultdaemon.Field{Name: "header", Size: len(header) - digits[3]},
	)
}

// dissectText returns the fields of a JSON text.
func dissectText(text []byte) []faultdaemon.Field {
	if !json.Valid(text) {
		return fields(faultdaemon.Field{Name: "body", Size: len(text)})
	}
	var list []faultdaemon.Field
	end := 0 // of what is in the list
	for _, message := range jsonedit.Elements(text) {
		members := jsonedit.Members(text[message.Start:message.End])
		tied := slices.ContainsFunc(members, func(m jsonedit.Member) bool { return m.Name == "id" })
		for _, m := range members {
			if m.Name != "result" && m.Name != "error" && m.Name != "params" && (m.Name != "method" || tied) {
				continue
			}
			start, size := message.Start+m.ValueStart, m.ValueEnd-m.ValueStart
			list = append(list, fields(
				faultdaemon.Field{Name: "body", Size: start - end},
				faultdaemon.Field{Name: m.Name, Size: size, Kind: faultdaemon.DataField},
			)...)
			end = start + size
		}
	}
	return append(list, fields(faultdaemon.Field{Name: "body", Size: len(text) - end})...)
}

// fields leaves empty fields out.
func fields(list ...faultdaemon.Field) []faultdaemon.Field {
	return slices.DeleteFunc(list, func(f faultdaemon.Field) bool { return f.Size == 0 })
}
