package sweep

import (
	"encoding/json"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A reply is an R that the healthy daemon sent.
type reply struct {
	exchange int // of all that a fault could act on, from 1
	messages []message
}

// message is one message of an R.
type message struct {
	bytes    []byte
	fields   []faultdaemon.Field
	free     []bool // for each byte, whether it is data that can have another value
	optional bool   // the client has its answer without it
}

// only is the plan in which a fault acts on this exchange and on no other.
func (r reply) only(f faultdaemon.Fault) faultdaemon.Plan {
	if r.exchange == 1 {
		return faultdaemon.FirstN(1, f)
	}
	return faultdaemon.FirstN(r.exchange-1, faultdaemon.FaultNone).Then(faultdaemon.FirstN(1, f))
}

// newReply cuts R into messages and fields.
func newReply(exchange int, r []byte, p faultdaemon.Protocol) (reply, error) {
	rep := reply{exchange: exchange}
	for _, m := range faultdaemon.Messages(p, r) {
		fields := faultdaemon.Dissect(p, m)
		size := 0
		for _, f := range fields {
			if size += f.Size; f.Size < 0 {
				return reply{}, fmt.Errorf("%T.Dissect returns the field %q of %d bytes for the message %s", p, f.Name, f.Size, verdict.Quote(m))
			}
		}
		if size != len(m) {
			return reply{}, fmt.Errorf("%T.Dissect returns fields of %d bytes for the message %s of %d", p, size, verdict.Quote(m), len(m))
		}
		rep.messages = append(rep.messages, message{bytes: m, fields: fields, free: free(m, fields)})
	}
	return rep, nil
}

// free tells for each byte whether it is data that can have another value: all
// of a data field or, where that is JSON, what is inside its strings and numbers.
func free(message []byte, fields []faultdaemon.Field) []bool {
	list := make([]bool, len(message))
	start := 0
	for _, f := range fields {
		text := message[start : start+f.Size]
		spans := []jsonedit.Span{{Start: 0, End: len(text)}}
		switch {
		case f.Kind != faultdaemon.DataField:
			spans = nil
		case json.Valid(text):
			spans = jsonedit.Free(text)
		}
		for _, s := range spans {
			for i := s.Start; i < s.End; i++ {
				list[start+i] = true
			}
		}
		start += f.Size
	}
	return list
}
