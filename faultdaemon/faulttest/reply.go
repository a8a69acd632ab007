package faulttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
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
				return reply{}, fmt.Errorf("%T.Dissect returns the field %q of %d bytes for the message %s", p, f.Name, f.Size, evidence.Quote(m))
			}
		}
		if size != len(m) {
			return reply{}, fmt.Errorf("%T.Dissect returns fields of %d bytes for the message %s of %d", p, size, evidence.Quote(m), len(m))
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

// replies runs the client twice more against the healthy daemon and returns
// what it was sent. A reply that has another size the second time cannot be told
// by its number, or has no offsets that repeat.
func (c *court) replies() (list []reply, err error) {
	seen := c.record()
	if again := c.record(); !slices.EqualFunc(seen, again, func(a, b []byte) bool { return len(a) == len(b) }) {
		return nil, errors.New("the healthy daemon replies in another order, or at another length, on each run: " +
			"let one request of the client follow another, and the handler reply the same")
	}
	for i, r := range seen {
		if len(r) == 0 {
			continue
		}
		rep, err := newReply(i+1, r, protocolOf(c.cfg))
		if err != nil {
			return nil, err
		}
		list = append(list, rep)
	}
	return list, nil
}

// record runs the client and returns the R of every exchange that a fault could
// act on, in the order in which they are decided on; nil where there is none.
func (c *court) record() [][]byte {
	var rs recorder
	cfg := c.cfg
	cfg.Catalogues = append(slices.Clip(cfg.Catalogues), rs.catalogue())
	cfg.Fault = recording
	c.try(cfg)
	return rs.seen
}

// recording is the fault of a recorder: it looks at R and never fires, so that
// the exchange is a healthy one.
const recording faultdaemon.Fault = "faulttest_recording"

// A recorder keeps every R.
type recorder struct {
	mu   sync.Mutex
	seen [][]byte
}

func (rs *recorder) catalogue() *faultdaemon.Catalogue {
	return faultdaemon.MustCatalogue(faultdaemon.Info{Name: recording, Stage: faultdaemon.StageRespond, Do: rs.look})
}

// look keeps R where it is, once it is there, in the order of the requests.
func (rs *recorder) look(e *faultdaemon.Exchange) error {
	at := rs.reserve()
	r, err := e.Response()
	if err != nil {
		return err
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.seen[at] = bytes.Clone(r)
	return faultdaemon.NotFired("it is only recorded")
}

func (rs *recorder) reserve() int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.seen = append(rs.seen, nil)
	return len(rs.seen) - 1
}

// protocolOf is what a daemon with this config speaks.
func protocolOf(cfg faultdaemon.Config) faultdaemon.Protocol {
	if cfg.Protocol == nil {
		return faultdaemon.Lines
	}
	return cfg.Protocol
}
