package verdict

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// A sent request is one of a connection of its own, and what became of it.
type sent struct {
	request string
	then    []fd.EventKind
}

func observed(requests ...sent) Observation {
	o := Observation{Started: start, Ended: ms(20), Answer: "pong", Fired: 1, Connections: len(requests), Protocol: fd.Lines}
	for i, s := range requests {
		o.Requests = append(o.Requests, fd.RPCCall{Request: []byte(s.request)})
		for _, kind := range append([]fd.EventKind{fd.EventAccepted, fd.EventRead}, s.then...) {
			ev := at(i, kind)
			ev.Connection, ev.Exchange = int64(i+1), 1
			o.Log = append(o.Log, ev)
		}
	}
	return o
}

func TestRepeated(t *testing.T) {
	var (
		lost    = []fd.EventKind{fd.EventFault, fd.EventHandled, fd.EventClosed}
		unread  = []fd.EventKind{fd.EventFault, fd.EventClosed}
		replied = []fd.EventKind{fd.EventReplied}
		unfired = []fd.EventKind{fd.EventFault, fd.EventNotFired, fd.EventReplied}
	)
	for name, tt := range map[string]struct {
		first, second sent
		want          Verdict
	}{
		"after it was carried out":              {sent{`{"id":1,"do":"add"}`, lost}, sent{`{"id":2,"do":"add"}`, replied}, Repeated},
		"after a healthy reply":                 {sent{`{"id":1,"do":"add"}`, replied}, sent{`{"id":2,"do":"add"}`, replied}, Repeated},
		"after a fault that did not fire":       {sent{`{"id":1,"do":"add"}`, unfired}, sent{`{"id":2,"do":"add"}`, replied}, Repeated},
		"with another time":                     {sent{`{"do":"add","at":1}`, lost}, sent{`{"do":"add","at":2}`, replied}, Repeated},
		"with another progress token":           {sent{`{"do":"add","p":{"_meta":1}}`, lost}, sent{`{"do":"add","p":{"_meta":2}}`, replied}, Repeated},
		"in another order of members":           {sent{`{"do":"add","n":1}`, lost}, sent{`{"n":1,"do":"add"}`, replied}, Repeated},
		"no JSON":                               {sent{"add\n", lost}, sent{"add\n", replied}, Repeated},
		"after nothing was carried out":         {sent{`{"id":1,"do":"add"}`, unread}, sent{`{"id":2,"do":"add"}`, replied}, Survived},
		"another request":                       {sent{`{"id":1,"do":"add","n":1}`, lost}, sent{`{"id":2,"do":"add","n":2}`, replied}, Survived},
		"an id of what it is about":             {sent{`{"do":"add","of":{"id":1}}`, lost}, sent{`{"do":"add","of":{"id":2}}`, replied}, Survived},
		"a request that may be repeated":        {sent{`{"do":"list"}`, lost}, sent{`{"do":"list"}`, replied}, Survived},
		"carried out only the second time":      {sent{"add\n", unread}, sent{"add\n", lost}, Survived},
		"a number too large for floating point": {sent{`{"do":"add","n":9007199254740992}`, lost}, sent{`{"do":"add","n":9007199254740993}`, replied}, Survived},
	} {
		t.Run(name, func(t *testing.T) {
			c := impatient()
			c.Once = func(request []byte) bool { return bytes.Contains(request, []byte("add")) }
			c.OnceIgnore = []string{"at"}
			c.Learn(observed(sent{tt.first.request, replied}))
			r := c.Judge(Case{Info: fd.Info{Client: fd.Survives}}, observed(tt.first, tt.second))
			require.Equal(t, tt.want, r.Verdict)
			require.Equal(t, tt.want == Survived, r.OK)
		})
	}
}

// What a client does twice when all is well it may do twice.
func TestRepeatedAlsoWhenHealthy(t *testing.T) {
	c := impatient()
	c.Once = func([]byte) bool { return true }
	add := sent{"add\n", []fd.EventKind{fd.EventReplied}}
	c.Learn(observed(add, add))
	entry := Case{Info: fd.Info{Client: fd.Survives}}
	require.Equal(t, Survived, c.Judge(entry, observed(add, add)).Verdict)
	require.Equal(t, Repeated, c.Judge(entry, observed(add, add, add)).Verdict)
}
