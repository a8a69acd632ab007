package faultdaemon

import (
	"bytes"
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
	fault    *resolved // nil: healthy
}

// newState checks a Config. With an error, too, the state holds the Config.
func newState(cfg Config) (*state, error) {
	st := &state{config: cfg, protocol: cfg.Protocol, limit: cfg.MaxRequestBytes}
	if st.protocol == nil {
		st.protocol = Lines
	}
	if st.limit == 0 {
		st.limit = defaultMaxRequestBytes
	}
	if cfg.ResponseHandler != nil && cfg.Respond != nil {
		return st, errors.New("Config has both ResponseHandler and Respond: set one")
	}
	if st.limit < 0 {
		return st, fmt.Errorf("Config.MaxRequestBytes is %d: want 0 (1 MiB) or more", cfg.MaxRequestBytes)
	}
	if v, ok := st.protocol.(validator); ok {
		if err := v.Validate(); err != nil {
			return st, fmt.Errorf("Config.Protocol: %w", err)
		}
	}
	known, err := Join(append([]*Catalogue{Builtin(), st.protocol.Catalogue()}, cfg.Catalogues...)...)
	if err != nil {
		return st, fmt.Errorf("the catalogues clash: %w", err)
	}
	st.known = known
	return st, st.set(cfg.Fault)
}

// withFault returns the same state under another fault.
func (st *state) withFault(f Fault) (*state, error) {
	if st.known == nil {
		cfg := st.config
		cfg.Fault = f
		return newState(cfg)
	}
	next := *st
	return &next, next.set(f)
}

// set makes a fault ready to act under this state's Config and protocol.
func (st *state) set(f Fault) error {
	if f == FaultNone || f == "none" {
		st.config.Fault, st.fault = FaultNone, nil
		return nil
	}
	r, err := st.known.resolve(f, st.config)
	if err != nil {
		return err
	}
	st.config.Fault, st.fault = r.fault, r
	return r.info.Applies(st.protocol)
}

// acceptFault returns the fault that a new connection gets.
func (st *state) acceptFault() *resolved {
	if st.fault != nil && st.fault.info.Stage == StageAccept {
		return st.fault
	}
	return nil
}

// respondFault returns the fault that a request gets.
func (st *state) respondFault(request []byte) *resolved {
	if st.fault == nil || st.fault.info.Stage != StageRespond {
		return nil
	}
	if st.config.FaultMatcher != nil && !st.config.FaultMatcher(request) {
		return nil
	}
	return st.fault
}

// own returns the request as a slice that the user's functions may keep, or,
// where there are none, as it is.
func (st *state) own(request []byte) []byte {
	c := &st.config
	if c.ResponseHandler == nil && c.Respond == nil && c.FaultMatcher == nil && st.fault == nil {
		return request
	}
	return bytes.Clone(request)
}

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
	if st.config.Respond != nil || st.config.ResponseHandler != nil {
		e.log(Event{Kind: EventEchoed, Bytes: len(e.request)})
	}
	return e.request, nil
}
