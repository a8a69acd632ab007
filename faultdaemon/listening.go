package faultdaemon

import "fmt"

// What a step of the listen stage does: it listens, or has clients find something
// else. Elsewhere, and where the daemon serves a listener of a kind that it cannot
// make again, these return a *[NotFiredError].

// Listen listens where clients look for the daemon, and serves. Where it does so
// already it does nothing.
func (e *Exchange) Listen() error {
	l, err := e.atPlace()
	if err != nil {
		return err
	}
	if err := l.listen(); err != nil {
		return err
	}
	e.Acted("listening")
	return nil
}

// Leave ends listening: clients find something else. Connections that are open live
// on.
func (e *Exchange) Leave(found Found) error {
	l, err := e.atPlace()
	if err != nil {
		return err
	}
	if err := l.place.leave(found); err != nil {
		return err
	}
	e.Acted("clients find " + string(found))
	return nil
}

// Renew listens anew, under a new inode where a socket has a file: connections that
// are open stay with the old listener's daemon, new ones meet the new.
func (e *Exchange) Renew() error {
	l, err := e.atPlace()
	if err != nil {
		return err
	}
	listener, err := l.place.renew()
	if err != nil {
		return err
	}
	e.Acted("a new socket is in the place of the old")
	return l.serve(listener)
}

// Restart ends every connection that is open with a clean EOF, as the end of the
// daemon's process does: [Exchange.Restarts] counts it.
func (e *Exchange) Restart() error {
	l, err := e.atPlace()
	if err != nil {
		return err
	}
	l.run.restarts.Add(1)
	l.run.drop()
	e.Acted("every connection has ended")
	return nil
}

// Restarts returns how often the daemon had restarted when the exchange's connection
// was accepted: a handler may reply as another version does.
func (e *Exchange) Restarts() int { return e.conn.restarts }

// AwaitExchanges waits until n more exchanges have ended, of all connections.
func (e *Exchange) AwaitExchanges(n int) error {
	r := e.conn.run
	r.counts.Store(true)
	return e.awaitCount(&e.conn.daemon.ended, int(r.exchanges.Load())+n, r.exchanges.Load)
}

// AwaitConnections waits until n connections were accepted since New.
func (e *Exchange) AwaitConnections(n int) error {
	return e.awaitCount(&e.conn.daemon.connected, n, e.conn.daemon.connections.Load)
}

// awaitCount waits until a count is n or more. It is ErrClosed when the step is to
// end first.
func (e *Exchange) awaitCount(s *signal, n int, count func() int64) error {
	e.conn.settled()
	defer s.broadcast() // as in await
	for {
		changed := s.next()
		if count() >= int64(n) {
			return nil
		}
		select {
		case <-changed:
		case <-e.conn.stop:
			return ErrClosed
		}
	}
}

// atPlace returns the life whose step this is.
func (e *Exchange) atPlace() (*life, error) {
	if e.conn.life == nil {
		return nil, NotFired(fmt.Sprintf("%s acts where the daemon listens, and it cannot listen again here", e.Fault().Name()))
	}
	return e.conn.life, nil
}

// settled says, at the listen stage, that what a step does first is done.
func (c *connection) settled() {
	if c.settle != nil {
		c.settle()
	}
}
