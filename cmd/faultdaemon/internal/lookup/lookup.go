// Package lookup finds faults in all catalogues that a command knows, and says
// what is known about them.
package lookup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/relay"
)

// An Index is all that a command knows of faults. It never changes.
type Index struct {
	known     *faultdaemon.Catalogue
	protocols []Protocol
	extra     []*faultdaemon.Catalogue // known beside those of protocols
	server    []string                 // what a client spawns to see faults of processes; nil: this program
}

// New returns the index of the built-in faults, those of a tool, those of every
// protocol, those of a daemon's socket, and those of servers that a client spawns.
func New(own setup.Own) (*Index, error) {
	list, err := protocols(own.Protocols)
	if err != nil {
		return nil, err
	}
	all := []*faultdaemon.Catalogue{faultdaemon.Builtin()}
	for _, p := range list {
		all = append(all, p.Value.Catalogue())
	}
	all = withOthers(append(all, own.Catalogues...))
	known, err := faultdaemon.Join(all...)
	if err != nil {
		return nil, fmt.Errorf("the catalogues clash: %w", err)
	}
	return &Index{known: known, protocols: list, extra: own.Catalogues}, nil
}

// withOthers adds the catalogues that no protocol brings, where they are not there.
func withOthers(catalogues []*faultdaemon.Catalogue) []*faultdaemon.Catalogue {
	all := slices.Clone(catalogues)
	for _, c := range []*faultdaemon.Catalogue{listen.Faults, stdio.Faults, relay.Faults} {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// ofSockets reports whether a fault is one of where a daemon listens.
func ofSockets(info faultdaemon.Info) bool {
	_, found := listen.Faults.Lookup(info.Name)
	return found
}

// ofProcesses reports whether a fault is one of servers that a client spawns.
func ofProcesses(info faultdaemon.Info) bool {
	_, found := stdio.Faults.Lookup(info.Name)
	return found
}

// Names returns the name of every fault.
func (x *Index) Names() (names []string) {
	for _, info := range x.known.All() {
		names = append(names, string(info.Name))
	}
	return names
}

// ProtocolNames returns the name of every protocol.
func (x *Index) ProtocolNames() (names []string) {
	for _, p := range x.protocols {
		names = append(names, p.Name)
	}
	return names
}

// Find returns what a person means by text: a fault, with arguments or without,
// or what another tool calls one. alias is that other name, "" for none.
func (x *Index) Find(text string) (f faultdaemon.Fault, info faultdaemon.Info, alias string, err error) {
	f, err = x.known.Parse(text)
	var unknown *faultdaemon.UnknownFaultError
	if errors.As(err, &unknown) {
		name := unknown.Fault.Name()
		switch same := x.calledSo(name); len(same) {
		case 0:
		case 1:
			alias = name
			f, err = x.known.Parse(string(same[0]) + strings.TrimPrefix(strings.TrimSpace(text), name))
		default:
			err = fmt.Errorf("%q is what other tools call several faults: choose among %s", name, join(same))
		}
	}
	if err != nil {
		return f, info, alias, err
	}
	info, found := x.known.Lookup(f)
	if !found {
		return f, info, alias, fmt.Errorf("%q is no fault: it stands for a healthy daemon", text)
	}
	return f, info, alias, nil
}

// calledSo returns the faults that other tools call by a name.
func (x *Index) calledSo(name string) (faults []faultdaemon.Fault) {
	for _, info := range x.known.All() {
		if slices.Contains(info.AlsoKnownAs, name) {
			faults = append(faults, info.Name)
		}
	}
	return faults
}

// on returns the faults that a daemon of a protocol knows.
func (x *Index) on(p Protocol) (*faultdaemon.Catalogue, error) {
	return verdict.Catalogue(x.config(p))
}

// config is that of a daemon of a protocol.
func (x *Index) config(p Protocol) faultdaemon.Config {
	return faultdaemon.Config{Protocol: p.Value, Catalogues: withOthers(x.extra)}
}

func join(faults []faultdaemon.Fault) string {
	words := make([]string, len(faults))
	for i, f := range faults {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
