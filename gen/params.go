package gen

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"time"
)

// validateParams reports parameters that cannot be declared, and Judge
// arguments that do not fit them.
func (r *reader) validateParams(e *entry) {
	seen := map[string]bool{}
	for i, p := range e.params {
		path := fmt.Sprintf("Params[%d]", i)
		name := p.lit.get("Name")
		switch {
		case p.name == "":
			r.problems.add(p.lit.pos(), "%s: Name is missing", path)
		case !snakeCase.MatchString(p.name):
			r.problems.add(name.pos(), "%s: Name %q is not snake_case", path, p.name)
		case seen[p.name]:
			r.problems.add(name.pos(), "%s: Name %q is taken", path, p.name)
		}
		seen[p.name] = true
		if p.kind == "" {
			if kind := p.lit.get("Kind"); kind.isZero() && !r.typeErrorWithin(p.lit.expr) {
				r.problems.add(p.lit.pos(), "%s: Kind is missing", path)
			}
			continue
		}
		if p.kind == "KindChoice" && len(p.choices) == 0 {
			r.problems.add(p.lit.pos(), "%s: a Choice needs Choices", path)
			continue
		}
		if p.fallback != "" {
			if err := p.accepts(p.fallback); err != nil {
				r.problems.add(p.lit.get("Default").pos(), "%s: Default %v", path, err)
			}
		}
		if p.config != "" && !r.isConfigField(p.config) {
			r.problems.add(p.lit.get("Config").pos(), "%s: Config names faultdaemon.Config.%s, which is no field", path, p.config)
		}
	}
	if judge := e.lit.get("Judge"); judge.expr != nil {
		r.validateArgs(e, judge.pos(), "Judge", e.judge)
	}
}

// validateArgs reports arguments, written as "7, reset", that do not fit the
// entry's parameters.
func (r *reader) validateArgs(e *entry, pos token.Pos, path, text string) {
	if text == "" {
		return
	}
	args := strings.Split(text, ",")
	if len(args) > len(e.params) {
		r.problems.add(pos, "%s %q has %d arguments, the fault takes %d", path, text, len(args), len(e.params))
		return
	}
	for i, arg := range args {
		p := e.params[i]
		if err := p.accepts(strings.TrimSpace(arg)); err != nil {
			r.problems.add(pos, "%s: argument %d %v", path, i+1, err)
		}
	}
}

// accepts returns nil for an argument that the core would take, and otherwise
// what it takes. A parameter that is itself wrong takes anything.
func (p param) accepts(arg string) error {
	switch p.kind {
	case "KindDuration":
		if d, err := time.ParseDuration(arg); err != nil || d < 0 {
			return fmt.Errorf(`is %q: want a duration of 0 or more, like "300ms"`, arg)
		}
	case "KindInt":
		if n, err := strconv.ParseInt(arg, 10, 64); err != nil || n < p.least || p.most != 0 && n > p.most {
			return fmt.Errorf("is %q: want an integer of %s", arg, p.bounds())
		}
	case "KindDigits":
		if arg == "" || strings.Trim(arg, "0123456789") != "" {
			return fmt.Errorf("is %q: want decimal digits", arg)
		}
	case "KindChoice":
		if p.choices != nil && !slices.Contains(p.choices, arg) {
			return fmt.Errorf("is %q: want one of %s", arg, strings.Join(p.choices, ", "))
		}
	}
	return nil
}

// isConfigField reports whether the core's Config has a field. Where the core
// is too broken to tell, it has.
func (r *reader) isConfigField(name string) bool {
	obj := r.core.Scope().Lookup("Config")
	if obj == nil {
		return true
	}
	s, ok := obj.Type().Underlying().(*types.Struct)
	return !ok || structField(s, name) != nil
}
