package faultdaemon

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A Catalogue is an ordered set of faults with everything known about them.
// It never changes; any number of daemons and goroutines may use one.
type Catalogue struct{ parts []*part }

// A part is entries that were put together by one NewCatalogue. Joined catalogues
// share theirs, so that joining costs no copy.
type part struct {
	infos  []Info
	byName map[string]int
}

// NewCatalogue returns the catalogue of these entries, in this order. An entry
// without a name or a behaviour, a name twice, and a parameter that names no
// field of [Config] are errors, all reported at once.
func NewCatalogue(infos ...Info) (*Catalogue, error) {
	p := &part{byName: make(map[string]int, len(infos))}
	var errs []error
	for _, info := range infos {
		if err := p.add(info); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Catalogue{[]*part{p}}, nil
}

// MustCatalogue is NewCatalogue for generated code: it panics on an error,
// which the generator has ruled out.
func MustCatalogue(infos ...Info) *Catalogue {
	c, err := NewCatalogue(infos...)
	if err != nil {
		panic(err)
	}
	return c
}

// Join returns one catalogue of all the entries, in order. Nil catalogues and
// one that is given twice are passed over; two faults of the same name are an
// error.
func Join(catalogues ...*Catalogue) (*Catalogue, error) {
	joined := new(Catalogue)
	var errs []error
	for _, c := range catalogues {
		if c == nil {
			continue
		}
		for _, p := range c.parts {
			if slices.Contains(joined.parts, p) {
				continue
			}
			for _, earlier := range joined.parts {
				errs = append(errs, clashes(earlier, p)...)
			}
			joined.parts = append(joined.parts, p)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return joined, nil
}

// clashes returns an error for each name that both parts have. It takes as long as the
// shorter one is.
func clashes(p, other *part) (errs []error) {
	if len(p.infos) > len(other.infos) {
		p, other = other, p
	}
	for _, info := range p.infos {
		if _, clash := other.byName[string(info.Name)]; clash {
			errs = append(errs, twice(info.Name))
		}
	}
	return errs
}

func twice(name Fault) error {
	return fmt.Errorf("fault %q is in the catalogue twice: rename one", string(name))
}

// find returns the entry of a fault, whatever its arguments; nil where there is none.
func (c *Catalogue) find(f Fault) *Info {
	name := f.Name()
	for _, p := range c.parts {
		if i, found := p.byName[name]; found {
			return &p.infos[i]
		}
	}
	return nil
}

// entries yields every entry, in order.
func (c *Catalogue) entries(yield func(*Info) bool) {
	for _, p := range c.parts {
		for i := range p.infos {
			if !yield(&p.infos[i]) {
				return
			}
		}
	}
}

// size returns how many entries there are.
func (c *Catalogue) size() (n int) {
	for _, p := range c.parts {
		n += len(p.infos)
	}
	return n
}

func (p *part) add(info Info) error {
	name := string(info.Name)
	switch {
	case name == "" || info.Do == nil:
		return fmt.Errorf("fault %q needs a name and a behaviour", name)
	case info.Name.Name() != name:
		return fmt.Errorf("fault %q: the name of an entry has no arguments", name)
	}
	if _, clash := p.byName[name]; clash {
		return twice(info.Name)
	}
	for _, param := range info.Params {
		if param.Config == "" {
			continue
		}
		if _, found := reflect.TypeFor[Config]().FieldByName(param.Config); !found {
			return fmt.Errorf("fault %q: parameter %s names Config.%s, which is no field", name, param.Name, param.Config)
		}
	}
	p.byName[name] = len(p.infos)
	p.infos = append(p.infos, info)
	return nil
}

// All returns every entry, in the catalogue's order. [FaultNone] is none of
// them. The slice is the caller's.
func (c *Catalogue) All() []Info {
	all := make([]Info, 0, c.size())
	for info := range c.entries {
		all = append(all, info.clone())
	}
	return all
}

// Lookup returns the entry of a fault, whatever its arguments.
func (c *Catalogue) Lookup(f Fault) (Info, bool) {
	info := c.find(f)
	if info == nil {
		return Info{}, false
	}
	return info.clone(), true
}

// Parse reads a fault as a person writes it and returns its canonical form:
// "slow_response( 0.3s )" is "slow_response(300ms)", "none" and "" are
// [FaultNone]. A name that is not in the catalogue is an *[UnknownFaultError]
// that lists near ones; arguments that do not suit the fault are an error that
// names the parameter and what it takes.
func (c *Catalogue) Parse(s string) (Fault, error) {
	f := Fault(strings.TrimSpace(s))
	if f == "none" || f == FaultNone {
		return FaultNone, nil
	}
	r, err := c.resolve(f, Config{})
	if err != nil {
		return FaultNone, err
	}
	return r.fault, nil
}

// An UnknownFaultError says that no known catalogue has a fault, and which
// names are near.
type UnknownFaultError struct {
	Fault Fault
	Near  []Fault // nearest first; may be empty
	Known int     // how many faults were looked at
}

// Error names the fault and the near ones.
func (e *UnknownFaultError) Error() string {
	if len(e.Near) == 0 {
		return fmt.Sprintf("unknown fault %q: none of the %d known faults is near it", string(e.Fault), e.Known)
	}
	near := make([]string, len(e.Near))
	for i, f := range e.Near {
		near[i] = string(f)
	}
	return fmt.Sprintf("unknown fault %q: did you mean %s?", string(e.Fault), strings.Join(near, ", "))
}

func (c *Catalogue) unknown(f Fault) error {
	return &UnknownFaultError{Fault: f, Near: c.near(f.Name()), Known: c.size()}
}
