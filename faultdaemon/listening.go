package faultdaemon

import "fmt"

// What a step of the listen stage does: it listens, or has clients find something
// else. Elsewhere, and where the daemon serves a listener of a kind that it cannot
// make again, these return a *[NotFiredError].

// Listen listens where clients look for the daemon, and serves. Where it does so
// already it does nothing. By this alone a fault has not fired: it is what a healthy
// daemon does.
func (e *Exchange) Listen() error {
	p, err := e.atPlace()
	if err != nil {
		return err
	}
	if err := p.listen(); err != nil {
		return err
	}
	e.note(EventActed, "listening")
	return nil
}

// Leave ends listening: clients find something else. Connections that are open live
// on.
func (e *Exchange) Leave(found Found) error {
	p, err := e.atPlace()
	if err != nil {
		return err
	}
	if err := p.leave(found); err != nil {
		return err
	}
	e.Acted("clients find " + string(found))
	return nil
}

// Renew has another daemon take the place of this one, under a new inode where a
// socket has a file: connections that are open stay with the old, new ones meet the
// new, and [Exchange.Restarts] counts it there.
func (e *Exchange) Renew() error {
	p, err := e.atPlace()
	if err != nil {
		return err
	}
	l, err := p.place.renew()
	if err != nil {
		return err
	}
	p.run.renew()
	e.Acted("a new socket is in the place of the old")
	if l == nil {
		return nil
	}
	return p.daemon.serveAside(p.run, l)
}

// Restart ends every connection that is open with a clean EOF, as the end of the
// daemon's process does: [Exchange.Restarts] counts it. A handler that runs is not
// waited for.
func (e *Exchange) Restart() error {
	p, err := e.atPlace()
	if err != nil {
		return err
	}
	p.run.restart()
	e.Acted("every connection has ended")
	return nil
}

// Restarts returns how often the daemon had restarted or been renewed when the
// exchange's connection was accepted: a handler may reply as another version does.
func (e *Exchange) Restarts() int { return e.conn.era.restarts }

// AwaitConnections waits until n connections were accepted since the fault began.
func (e *Exchange) AwaitConnections(n int) error {
	p, err := e.atPlace()
	if err != nil {
		return err
	}
	e.conn.settled()
	if p.daemon.connected.await(e.conn.ctx, "connections", int(p.before)+n, p.daemon.connections.Load) != nil {
		return ErrClosed
	}
	return nil
}

// atPlace returns the presence whose step this is.
func (e *Exchange) atPlace() (*presence, error) {
	if e.conn.presence == nil {
		return nil, NotFired(fmt.Sprintf("%s acts where the daemon listens, and it cannot listen again here", e.Fault().Name()))
	}
	return e.conn.presence, nil
}

// settled says, at the listen stage, that what a step does first is done.
func (c *connection) settled() {
	if c.settle != nil {
		c.settle()
	}
	if c.acted != nil {
		c.acted()
	}
}
