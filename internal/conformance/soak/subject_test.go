package soak

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// A subject is a daemon of one framing on one transport.
type subject struct {
	name     string
	network  string
	protocol faultdaemon.Protocol
	seed     uint64
}

// subjects are every framing and every transport, and together every fault.
func subjects() []subject {
	kafka := lengthprefix.Kafka()
	kafka.MaxMessage = 1 << 20 // a message beyond its own, of 100 MiB, is made in memory for each connection
	return []subject{
		{name: "lines", network: "unix", protocol: faultdaemon.Lines},
		{name: "NDJSON", network: "tcp", protocol: ndjson.Lines},
		{name: "NUL-delimited JSON", network: "memory", protocol: ndjson.Delimited(0)},
		{name: "JSON-RPC over lines", network: "unix", protocol: jsonrpc.Lines},
		{name: "JSON-RPC with headers", network: "tcp", protocol: jsonrpc.Headers},
		{name: "JSON-RPC values", network: "memory", protocol: jsonrpc.Values},
		{name: "Chrome's lengths", network: "unix", protocol: lengthprefix.Chrome()},
		{name: "Kafka's lengths", network: "tcp", protocol: kafka},
		{name: "varints", network: "memory", protocol: lengthprefix.Varint{}},
		{name: "RESP", network: "tcp", protocol: resp.Protocol{}},
	}
}

// clients is how many of a subject's clients are connected at a time.
const clients = 32

// config is a daemon that knows every fault and, where its faults let it, waits for
// less long than its clients.
func (s subject) config(handler faultdaemon.ResponseHandler) faultdaemon.Config {
	return faultdaemon.Config{
		Protocol:          s.protocol,
		ResponseHandler:   handler,
		LargeSizeBytes:    256 << 10, // more than a socket holds
		Catalogues:        []*faultdaemon.Catalogue{listen.Faults, stdio.Faults},
		Seed:              s.seed | 1, // 0 would draw one
		SlowResponseDelay: time.Millisecond,
		DropEveryN:        3,
	}
}

// faults are those that the subject can have.
func (s subject) faults() (list []faultdaemon.Fault) {
	for _, c := range []*faultdaemon.Catalogue{
		faultdaemon.Builtin(), s.protocol.Catalogue(), listen.Faults, stdio.Faults,
	} {
		if c == nil {
			continue
		}
		for _, info := range c.All() {
			if info.Applies(s.protocol) == nil {
				list = append(list, info.Fault())
			}
		}
	}
	return list
}

// start starts the daemon, and returns how clients reach it.
func (s subject) start(t testing.TB, handler faultdaemon.ResponseHandler) (*faultdaemon.FaultDaemon, func() (net.Conn, error), error) {
	path := ""
	if s.network == "unix" {
		path = faulttest.TempSocket(t)
	}
	d := faultdaemon.New(path, s.config(handler))
	dial := func() (net.Conn, error) { return d.Dial(context.Background()) }
	if s.network != "tcp" {
		return d, dial, d.Start()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	return d, dial, d.StartOn(l)
}

// soak has the daemon live for a time under one fault after the other, then serve
// healthily for a moment, and checks its record of calls.
func (s subject) soak(t testing.TB, lasts time.Duration, sum *tally) {
	book := newLedger(s.protocol)
	d, dial, err := s.start(t, book.handle)
	if !assert.NoError(t, err, s.name) {
		return
	}
	until := time.Now().Add(lasts)
	var all sync.WaitGroup
	for n := range clients {
		rng := rand.New(rand.NewPCG(s.seed, uint64(n)))
		all.Go(func() {
			for time.Now().Before(until) {
				visit(rng, dial, book)
			}
		})
	}
	all.Go(func() { s.misbehave(d, book.handle, until) })
	all.Wait()

	d.SetFault(faultdaemon.FaultNone)
	for range clients {
		all.Go(func() { assert.NoError(t, book.behave(dial), s.name) })
	}
	all.Wait()
	d.Stop()
	assert.NoError(t, book.compare(d.GetCalls()), s.name)
	sum.add(d, len(d.GetCalls()), book.answers())
}

// misbehave puts every fault in force, by turns alone and in a whole config, in an
// order of its own, again and again until the time is over. Each is in force for a
// few milliseconds, and all are at least once.
func (s subject) misbehave(d *faultdaemon.FaultDaemon, handler faultdaemon.ResponseHandler, until time.Time) {
	rng := rand.New(rand.NewPCG(s.seed, clients))
	faults := s.faults()
	pause := min(time.Until(until)/time.Duration(len(faults)+1), 20*time.Millisecond)
	tick := time.NewTicker(max(pause, time.Millisecond))
	defer tick.Stop()
	for first := true; first || time.Now().Before(until); first = false {
		rng.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
		for i, fault := range faults {
			if !first && time.Now().After(until) {
				return
			}
			if i%2 == 0 {
				d.SetFault(fault)
			} else {
				cfg := s.config(handler)
				cfg.Plan = faultdaemon.EveryNth(1+rng.IntN(2), fault)
				d.SetConfig(cfg)
			}
			<-tick.C
		}
	}
}
