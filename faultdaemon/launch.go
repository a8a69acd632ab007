package faultdaemon

import (
	"errors"
	"fmt"
)

// alive reports whether clients that find this have a daemon: one that listens, or
// is about to.
func (f Found) alive() bool {
	switch f {
	case aLiveSocket, FoundBooting, FoundForbidden, FoundFull:
		return true
	}
	return false
}

// Launch does what a command does that starts the daemon, for clients that start one
// themselves. Where clients find nothing, or a socket that nobody listens on, the daemon
// listens when Launch returns, and what a fault of the listen stage does there has
// ended: the event is [EventLaunched]. Where a daemon is alive, or starts, Launch
// changes nothing and fails as a second daemon does: the event is
// [EventSecondDaemon]. It also fails while the daemon is stopped, and where the path
// is taken by what is no socket. It may be called concurrently, but not by a step of
// the listen stage.
func (d *FaultDaemon) Launch() error {
	d.mu.Lock()
	r := d.run
	d.mu.Unlock()
	if r == nil {
		return errors.New("faultdaemon: launch: the daemon is stopped: call Start first")
	}
	at := r.present()
	if at == nil {
		return d.secondDaemon(aLiveSocket) // it listens where it cannot listen again
	}
	return at.launch()
}

// secondDaemon notes that a daemon was launched where one is alive.
func (d *FaultDaemon) secondDaemon(found Found) error {
	d.events.add(&Event{Kind: EventSecondDaemon, Detail: string(found)})
	return fmt.Errorf("faultdaemon: launch: the address is in use: a daemon is alive, at %s", found)
}

// launch listens at the place, unless a daemon is alive there.
func (p *presence) launch() error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	found := p.finds()
	switch {
	case p.over:
		return fmt.Errorf("faultdaemon: launch: %w", ErrClosed)
	case found.alive():
		return p.daemon.secondDaemon(found)
	}
	p.daemon.events.add(&Event{Kind: EventLaunched, Detail: string(found)})
	if !found.removable() {
		return fmt.Errorf("faultdaemon: launch: the address is in use: %s is at %s", found, p.place.addr())
	}
	p.interrupt()
	if err := p.listen(); err != nil {
		return fmt.Errorf("faultdaemon: launch: %w", err)
	}
	return nil
}
