package faultdaemon

import "time"

// Shape has all bytes of the connection from here on, in both directions, go out when
// delay has passed since they would have, and no faster than rate bytes a second; a rate
// of 0 is no limit. delay is called for every write, by two goroutines at once; nil is no
// delay. Bytes stay in order. A mebibyte at the most waits in each direction.
//
// It is for steps of the accept stage, before anything has been read or written.
func (e *Exchange) Shape(delay func() time.Duration, rate int64) error {
	if e.number > 0 || e.conn.reader != nil || e.conn.relayed != nil {
		return NotFired("something has been read already: only a fault of the accept stage shapes a connection")
	}
	if delay == nil {
		delay = func() time.Duration { return 0 }
	}
	e.Acted("the connection is shaped")
	c := e.conn
	c.shape = func(w wire) wire { return newShapedWire(w, delay, rate, c.stop) }
	c.run.mu.Lock() // others look at the wire in order to end it
	defer c.run.mu.Unlock()
	c.wire = c.shape(c.wire)
	return nil
}
