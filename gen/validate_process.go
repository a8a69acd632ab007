package gen

import (
	"fmt"
	"regexp"
)

// processFields are the fields of an example that are about a process, what may
// stand in each, and how that is said.
var processFields = []struct {
	name string
	form *regexp.Regexp
	want string
}{
	{"Stderr", regexp.MustCompile(`(?s).*`), ""},
	{"Status", regexp.MustCompile(`^(exit (\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])|signal [A-Z]+)$`), `"exit 0" to "exit 255", or "signal KILL"`},
	{"Fails", regexp.MustCompile(`^(start: (ENOENT|EACCES)|write: (EPIPE|blocks))$`), `"start: ENOENT", "start: EACCES", "write: EPIPE" or "write: blocks"`},
	{"Outlives", regexp.MustCompile(`^(EOF|SIGTERM)$`), `"EOF" or "SIGTERM"`},
	{"Closes", regexp.MustCompile(`^stderr$`), `"stderr"`},
}

// validateProcess reports what an example says of a process where there is none,
// or what cannot be read.
func (r *reader) validateProcess(c *catalogue, x example, path string) {
	for _, f := range processFields {
		v := x.lit.get(f.name)
		switch {
		case v.str() == "":
		case !c.spawned:
			r.problems.add(v.pos(), "%s.%s is about a process: write var _ = spec.Catalogue{Spawned: true} where clients spawn the server", path, f.name)
		case !f.form.MatchString(v.str()):
			r.problems.add(v.pos(), "%s.%s is %q: want %s", path, f.name, v.str(), f.want)
		}
	}
	if c.spawned && x.then == "EndReset" {
		r.problems.add(x.lit.get("Then").pos(), "%s.Then is a reset, which no pipe has: a process that is reset dies by SIGKILL, and its stdout ends", path)
	}
	for i, m := range x.more {
		r.validateProcess(c, m, fmt.Sprintf("%s.More[%d]", path, i))
		if m.outlives != "" {
			r.problems.add(m.lit.get("Outlives").pos(), "%s.More[%d].Outlives: the first exchange says it for all", path, i)
		}
	}
}
