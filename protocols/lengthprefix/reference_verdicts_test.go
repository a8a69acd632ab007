package lengthprefix_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// messages is what a daemon needs of a protocol to reply with several.
type messages interface {
	faultdaemon.Protocol
	faultdaemon.Payloader
	faultdaemon.Replier
}

// notesDaemon answers what the reference client asks, every request otherwise,
// so that one answer in the place of another shows.
func notesDaemon(p messages) faultdaemon.Config {
	reply := func(request []byte, n note) []byte {
		payload, err := json.Marshal(n)
		if err != nil {
			panic(err)
		}
		message, err := p.Reply(request, payload)
		if err != nil {
			panic(err)
		}
		return message
	}
	return faultdaemon.Config{Protocol: p, ResponseHandler: func(request []byte) []byte {
		payload, err := p.Payload(request)
		var n note
		if err = errors.Join(err, json.Unmarshal(payload, &n)); err != nil {
			panic(err)
		}
		switch n.Type {
		case "status":
			return append(reply(request, note{ID: n.ID, Percent: 50}), reply(request, note{ID: n.ID, OK: true, Text: "fine"})...)
		case "put":
			n.Text = fmt.Sprintf("%d bytes", len(n.Text))
		}
		return reply(request, note{ID: n.ID, OK: true, Text: "note " + n.Text})
	}}
}

// useEverything returns what a program does with the reference client: a call,
// once more when it takes too long; nothing for a while; and then three calls
// at once, one of them with a request that no buffer of a socket holds.
func useEverything(w wire) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		c := newClient(conn, w)
		defer c.Close()
		status, err := callTwice(ctx, c, "status")
		if err != nil {
			return nil, err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-c.ended:
		}
		answers := []string{status}
		var calls []*remoteCall
		for _, r := range [][2]string{{"get", "milk"}, {"get", "bread"}, {"put", strings.Repeat("x", 210<<10)}} {
			call, err := c.Start(ctx, r[0], r[1])
			if err != nil {
				return nil, err
			}
			calls = append(calls, call)
		}
		for _, call := range calls {
			text, failure := c.Wait(ctx, call)
			answers, err = append(answers, text), errors.Join(err, failure)
		}
		return answers, err
	}
}

// callTwice gives a call half of the time that there is, and makes it once more
// when that was not enough. The late reply is nobody's then.
func callTwice(ctx context.Context, c *client, kind string) (string, error) {
	deadline, _ := ctx.Deadline()
	half, cancel := context.WithTimeout(ctx, time.Until(deadline)/2)
	defer cancel()
	text, err := c.Call(half, kind, "")
	if errors.Is(err, context.DeadlineExceeded) {
		text, err = c.Call(ctx, kind, "")
	}
	return text, err
}

// notOfLengths are the faults of the core that no length-prefixed protocol has:
// they are about JSON, which its payload need not be, and about what ends a
// message, which is its length.
var notOfLengths = []faultdaemon.Fault{
	faultdaemon.FaultInvalidJSON, faultdaemon.FaultEmbeddedNewlines, faultdaemon.FaultMultilineResponse,
	faultdaemon.FaultResponseWithoutNewline,
}

// A client that is right is found to be so under every fault, and together the
// layouts leave no fault untested: i3's has a magic number, ttrpc's a limit, a
// signed length that counts itself is PostgreSQL's.
func TestReferenceClient(t *testing.T) {
	judged := make(map[faultdaemon.Fault]bool)
	for name, r := range map[string]struct {
		protocol messages
		wire     wire
	}{
		"ttrpc":      {lengthprefix.TTRPC(), ttrpc{}},
		"i3":         {lengthprefix.I3(), i3{}},
		"PostgreSQL": {lengthprefix.Postgres(), postgres{}},
		"varint":     {lengthprefix.Varint{MaxMessage: 1 << 20}, varint{}},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, notesDaemon(r.protocol), useEverything(r.wire), &faulttest.Options{StrictGrades: true})
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
			for _, result := range report.Results {
				judged[result.Info.Name] = judged[result.Info.Name] || result.Verdict != faulttest.Untested
			}
		})
	}
	var untested []faultdaemon.Fault
	for _, catalogue := range []*faultdaemon.Catalogue{faultdaemon.Builtin(), lengthprefix.Faults} {
		for _, info := range catalogue.All() {
			if !judged[info.Name] {
				untested = append(untested, info.Name)
			}
		}
	}
	require.ElementsMatch(t, notOfLengths, untested)
}
