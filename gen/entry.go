package gen

import (
	"go/ast"
	"go/token"
	"strings"
	"time"
)

// A catalogue is everything that a spec package says.
type catalogue struct {
	*source
	shared   value // the spec.Catalogue literal
	prefix   string
	protocol *behaviour // nil: the core's default
	spawned  bool       // the examples are of processes
	relayed  bool       // the examples have a daemon behind
	entries  []*entry
}

// id names the catalogue in the markers of Markdown sections: its prefix, and
// "core" for the one that has none.
func (c *catalogue) id() string {
	switch {
	case c.prefix != "":
		return c.prefix
	case c.target.isCore():
		return "core"
	}
	return c.target.name
}

// fullName returns the value of a fault's constant.
func (c *catalogue) fullName(name string) string {
	if c.prefix == "" {
		return name
	}
	return c.prefix + "_" + name
}

// An entry is one fault. lit is the literal as it stands: it is what Go is
// generated from. The other fields are what validation and prose need of it.
type entry struct {
	lit  value
	full string // the fault's value: its name behind the catalogue's prefix

	spawned bool // the examples are of processes

	name, summary, tests  string
	simulates, why, judge string
	bug                   string
	stage                 string
	client, needs         []string // constants of the core, "TimesOut"
	params                []param
	alsoKnownAs           []string
	examples              []example
	do                    *behaviour
	protocol              *behaviour // what the examples speak; nil: the catalogue's
}

// A param is one argument that a fault takes.
type param struct {
	lit                               value
	name, kind, fallback, config, doc string
	least, most                       int64
	choices                           []string
}

// An example is what one client sees.
type example struct {
	lit              value
	with             string
	send, reply, got string
	after            time.Duration
	then             string // a constant of the core, "EndEOF"
	calls, conns     int64
	writes           int64
	stderr, status   string
	fails, outlives  string
	connect, shows   string
	except           string
	closes, passed   string
	hex              bool
	more             []example
}

// entry reads one entry literal.
func (r *reader) entry(c *catalogue, lit *ast.CompositeLit) *entry {
	v := r.evaluate(lit, "")
	e := &entry{
		lit:         v,
		name:        v.get("Name").str(),
		summary:     v.get("Summary").str(),
		tests:       v.get("Tests").str(),
		simulates:   v.get("Simulates").str(),
		why:         v.get("Why").str(),
		judge:       v.get("Judge").str(),
		bug:         v.get("Bug").str(),
		stage:       v.get("Stage").str(),
		client:      r.namesOf(v.get("Client")),
		needs:       r.namesOf(v.get("Needs")),
		alsoKnownAs: v.get("AlsoKnownAs").strs(),
	}
	e.full = c.fullName(e.name)
	e.spawned = c.spawned
	for _, p := range v.get("Params").elems {
		e.params = append(e.params, r.param(p))
	}
	for _, x := range v.get("Examples").elems {
		e.examples = append(e.examples, r.example(x))
	}
	if do := v.get("Do"); do.expr != nil {
		e.do = r.behaviour(do.expr, "Do", r.target.path)
	}
	if protocol := v.get("Protocol"); protocol.expr != nil {
		e.protocol = r.behaviour(protocol.expr, "Protocol", r.target.testPath())
	}
	return e
}

func (r *reader) param(v value) param {
	return param{
		lit:      v,
		name:     v.get("Name").str(),
		kind:     strings.Join(r.namesOf(v.get("Kind")), ""),
		fallback: v.get("Default").str(),
		config:   v.get("Config").str(),
		doc:      v.get("Doc").str(),
		least:    v.get("Min").num(),
		most:     v.get("Max").num(),
		choices:  v.get("Choices").strs(),
	}
}

func (r *reader) example(v value) example {
	x := example{
		lit:    v,
		with:   v.get("With").str(),
		send:   v.get("Send").str(),
		reply:  v.get("Reply").str(),
		got:    v.get("Got").str(),
		after:  time.Duration(v.get("After").num()),
		then:   "EndOpen",
		calls:  v.get("Calls").num(),
		conns:  v.get("Conns").num(),
		writes: v.get("Writes").num(),
		stderr: v.get("Stderr").str(), status: v.get("Status").str(),
		connect: v.get("Connect").str(), shows: v.get("Shows").str(), except: v.get("Except").str(),
		fails: v.get("Fails").str(), outlives: v.get("Outlives").str(), closes: v.get("Closes").str(),
		passed: v.get("Passed").str(),
		hex:    v.get("Hex").isTrue(),
	}
	if names := r.namesOf(v.get("Then")); len(names) == 1 {
		x.then = names[0]
	}
	for _, m := range v.get("More").elems {
		x.more = append(x.more, r.example(m))
	}
	return x
}

// pos is where a field of the entry stands; the entry itself when it is not
// there.
func (e *entry) pos(name string) token.Pos {
	if f := e.lit.get(name); f.expr != nil {
		return f.pos()
	}
	return e.lit.pos()
}
