package gen

import (
	"fmt"
	"regexp"
)

// The forms of what an example says of connecting.
var (
	connectForm = regexp.MustCompile(`^(ENOENT|ECONNREFUSED|EACCES|EAGAIN)$`)
	exceptForm  = regexp.MustCompile(`^(TCP|root|TCP, root)$`)
)

// validateListen reports what an example says of connecting that cannot be read, or
// that cannot be where no client connects.
func (r *reader) validateListen(c *catalogue, x example, path string) {
	if except := x.lit.get("Except"); x.except != "" && !exceptForm.MatchString(x.except) {
		r.problems.add(except.pos(), "%s.Except is %q: want \"TCP\", \"root\" or \"TCP, root\"", path, x.except)
	}
	r.validateConnect(c, x, path)
	for i, m := range x.more {
		path := fmt.Sprintf("%s.More[%d]", path, i)
		r.validateConnect(c, m, path)
		if m.except != "" {
			r.problems.add(m.lit.get("Except").pos(), "%s.Except: the first exchange says it for all", path)
		}
	}
}

func (r *reader) validateConnect(c *catalogue, x example, path string) {
	if c.spawned && x.connect+x.shows+x.except != "" {
		r.problems.add(x.lit.pos(), "%s is about connecting (Connect, Shows, Except), and a client that spawns its server does not connect", path)
		return
	}
	if x.connect == "" {
		return
	}
	v := x.lit.get("Connect")
	switch {
	case !connectForm.MatchString(x.connect):
		r.problems.add(v.pos(), "%s.Connect is %q: want \"ENOENT\", \"ECONNREFUSED\", \"EACCES\" or \"EAGAIN\"", path, x.connect)
	case x.got != "" || x.then != "EndOpen" || x.writes != 0:
		r.problems.add(v.pos(), "%s.Connect fails, and so nothing comes: leave out Got, Then and Writes", path)
	case x.calls != -1:
		r.problems.add(v.pos(), "%s.Connect fails, and so nothing is read: write Calls: spec.NoCalls", path)
	}
}
