package faultdaemon

import (
	"errors"
	"fmt"
)

// Defaults of Config.
const defaultMaxRequestBytes = 1 << 20

// state is a Config made ready for use. It never changes: SetFault and
// SetConfig put another in its place.
type state struct {
	config   Config
	known    *Catalogue
	protocol Protocol
	limit    int
	seed     uint64
	policy   *policy // nil: healthy
}

// newState checks a Config. With an error, too, the state holds the Config.
// drawn is the seed of a Config that has none.
func newState(cfg Config, drawn uint64) (*state, error) {
	st := &state{config: cfg, protocol: cfg.Protocol, limit: cfg.MaxRequestBytes, seed: cfg.Seed}
	if st.seed == 0 {
		st.seed = drawn
	}
	if st.protocol == nil {
		st.protocol = Lines
	}
	if st.limit == 0 {
		st.limit = defaultMaxRequestBytes
	}
	if cfg.ResponseHandler != nil && cfg.Respond != nil {
		return st, errors.New("Config has both ResponseHandler and Respond: set one")
	}
	if cfg.Upstream != nil && (st.asks() || cfg.CloseAfterReply) {
		return st, errors.New("Config has an Upstream and ResponseHandler, Respond or CloseAfterReply: the upstream alone replies and ends connections")
	}
	if cfg.Tap != nil && cfg.Upstream == nil {
		return st, errors.New("Config has a Tap and no Upstream: there is nothing between the two to see")
	}
	if st.limit < 0 {
		return st, fmt.Errorf("Config.MaxRequestBytes is %d: want 0 (1 MiB) or more", cfg.MaxRequestBytes)
	}
	if v, ok := st.protocol.(validator); ok {
		if err := v.Validate(); err != nil {
			return st, fmt.Errorf("Config.Protocol: %w", err)
		}
	}
	if cfg.Plan != nil && !isNone(cfg.Fault) {
		return st, fmt.Errorf("Config has both Plan %q and Fault %q: set one", cfg.Plan, cfg.Fault)
	}
	known, err := Join(append([]*Catalogue{Builtin(), st.protocol.Catalogue()}, cfg.Catalogues...)...)
	if err != nil {
		return st, fmt.Errorf("the catalogues clash: %w", err)
	}
	st.known = known
	if cfg.Plan != nil {
		st.policy, err = newPolicy(cfg.Plan, st)
		return st, err
	}
	return st, st.set(cfg.Fault)
}

// withFault returns the same state under another fault, and no plan.
func (st *state) withFault(f Fault) (*state, error) {
	next := *st
	next.config.Plan = nil
	if st.known == nil { // the Config given to New could not be used
		next.config.Fault = f
		return newState(next.config, st.seed)
	}
	return &next, next.set(f)
}

// set makes a fault ready to act under this state's Config and protocol.
func (st *state) set(f Fault) error {
	st.config.Fault, st.policy = FaultNone, nil
	if isNone(f) {
		return nil
	}
	p, err := newPolicy(Always(f), st)
	if err != nil {
		st.config.Fault = f
		return err
	}
	st.config.Fault, st.policy = p.links[0].fault.fault, p
	return nil
}

func isNone(f Fault) bool { return f == FaultNone || f == "none" }

// asks reports whether replies are made by a function of the user's, whose own
// the request then is.
func (st *state) asks() bool { return st.config.ResponseHandler != nil || st.config.Respond != nil }

// respond makes R.
func (st *state) respond(e *Exchange) ([]byte, error) {
	var r []byte
	switch {
	case st.config.Respond != nil:
		var err error
		if r, err = st.config.Respond(e); err != nil {
			return nil, err
		}
	case st.config.ResponseHandler != nil:
		r = st.config.ResponseHandler(e.request)
	}
	if r != nil {
		return r, nil
	}
	if !e.Protocol().ExpectsReply(e.request) {
		return nil, nil
	}
	if st.asks() {
		e.log(&Event{Kind: EventEchoed, Bytes: len(e.request)})
	}
	return e.request, nil
}
