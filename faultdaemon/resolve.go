package faultdaemon

import (
	"fmt"
	"reflect"
	"strings"
)

// resolved is a fault that is ready to act: its entry and its arguments.
type resolved struct {
	fault Fault // canonical, with the arguments that were given
	info  *Info
	args  []Value // one for each of info.Params
}

// resolve looks a fault up and gives every parameter its value: the explicit
// argument, else the Config field that the parameter names unless that is
// zero, else the entry's default.
func (c *Catalogue) resolve(f Fault, cfg Config) (*resolved, error) {
	info := c.find(f)
	if info == nil {
		return nil, c.unknown(f)
	}
	if err := balanced(f); err != nil {
		return nil, err
	}
	given := f.Args()
	if len(given) > len(info.Params) {
		return nil, fmt.Errorf("%s takes %s, not %d: %q", info.Name, countArgs(len(info.Params)), len(given), string(f))
	}
	r := &resolved{info: info, args: make([]Value, len(info.Params))}
	texts := make([]string, len(given))
	for n, p := range info.Params {
		var err error
		if n < len(given) {
			r.args[n], err = p.parse(given[n])
			r.args[n].given = true
			texts[n] = r.args[n].text
		} else if text := p.fallback(cfg); text != "" {
			r.args[n], err = p.parse(text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", info.Name, err)
		}
	}
	r.fault = withArgs(info.Name.Name(), texts)
	return r, nil
}

// fallback returns the text of an argument that was not given.
func (p Param) fallback(cfg Config) string {
	if p.Config != "" {
		if field := reflect.ValueOf(cfg).FieldByName(p.Config); !field.IsZero() {
			return fmt.Sprint(field.Interface())
		}
	}
	return p.Default
}

// balanced refuses what Name and Args would read past: "a(1", "a(1)b".
func balanced(f Fault) error {
	s := strings.TrimSpace(string(f))
	open, end := strings.Count(s, "("), strings.Count(s, ")")
	if open != end || open > 1 || (open == 1 && !strings.HasSuffix(s, ")")) {
		return fmt.Errorf("fault %q: arguments are written as name(first, second)", s)
	}
	return nil
}

func countArgs(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "at most one argument"
	}
	return fmt.Sprintf("at most %d arguments", n)
}
