package faulttest

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// A reply is an R that the healthy daemon sent.
type reply struct {
	exchange int // of all that the daemon read, from 1
	messages []message
}

// message is one message of an R.
type message struct {
	bytes  []byte
	fields []faultdaemon.Field
}

// only is the plan in which a fault acts on this exchange and on no other.
func (r reply) only(f faultdaemon.Fault) faultdaemon.Plan {
	return faultdaemon.FirstN(r.exchange-1, faultdaemon.FaultNone).Then(faultdaemon.FirstN(1, f))
}

// newReply cuts R into messages and fields.
func newReply(exchange int, r []byte, p faultdaemon.Protocol) (reply, error) {
	rep := reply{exchange: exchange}
	for _, m := range faultdaemon.Messages(p, r) {
		fields := faultdaemon.Dissect(p, m)
		size := 0
		for _, f := range fields {
			size += f.Size
		}
		if size != len(m) {
			return reply{}, fmt.Errorf("%T.Dissect returns fields of %d bytes for the message %s of %d", p, size, evidence.Quote(m), len(m))
		}
		rep.messages = append(rep.messages, message{m, fields})
	}
	return rep, nil
}

// replies runs the client once more against the healthy daemon and returns
// what it was sent.
func (c *court) replies() (list []reply, err error) {
	var rs recorder
	cfg := c.cfg
	cfg.Catalogues = append(slices.Clip(cfg.Catalogues), rs.catalogue())
	cfg.Fault = recording
	c.try(cfg)
	for i, r := range rs.seen {
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

// recording is the fault of a recorder: it looks at R and never fires, so that
// the exchange is a healthy one.
const recording faultdaemon.Fault = "faulttest_recording"

// A recorder keeps every R, in the order of the exchanges.
type recorder struct {
	mu   sync.Mutex
	seen [][]byte
}

func (rs *recorder) catalogue() *faultdaemon.Catalogue {
	return faultdaemon.MustCatalogue(faultdaemon.Info{Name: recording, Stage: faultdaemon.StageRespond, Do: rs.record})
}

func (rs *recorder) record(e *faultdaemon.Exchange) error {
	r, err := e.Response()
	if err != nil {
		return err
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.seen = append(rs.seen, bytes.Clone(r))
	return faultdaemon.NotFired("it is only recorded")
}

// protocolOf is what a daemon with this config speaks.
func protocolOf(cfg faultdaemon.Config) faultdaemon.Protocol {
	if cfg.Protocol == nil {
		return faultdaemon.Lines
	}
	return cfg.Protocol
}
