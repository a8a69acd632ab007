package memnet

import "sync"

// backlog is the number of connections that wait to be accepted before Dial
// blocks: somaxconn on Linux.
const backlog = 4096

// queue is the connections that were dialed and not yet accepted, oldest first. It
// holds memory for those that are in it.
//
// Who finds it empty, or full, waits for a token of some, or of room, and looks again.
// Whoever takes a token and leaves something for another passes it on.
type queue struct {
	some chan struct{} // one slot: a token while it may not be empty
	room chan struct{} // one slot: a token while it may not be full again

	mu   sync.Mutex
	list []*Conn
}

func newQueue() queue {
	return queue{some: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// put appends a connection, unless the queue is full.
func (q *queue) put(c *Conn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == backlog {
		return false
	}
	q.list = append(q.list, c)
	signal(q.some)
	if len(q.list) < backlog {
		signal(q.room)
	}
	return true
}

// take removes the oldest connection and returns it, nil when there is none.
func (q *queue) take() *Conn {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return nil
	}
	c := q.list[0]
	q.list[0] = nil
	q.list = q.list[1:]
	if len(q.list) == 0 {
		q.list = nil
	} else {
		signal(q.some)
	}
	signal(q.room)
	return c
}

// signal leaves a token, unless there is one.
func signal(tokens chan struct{}) {
	select {
	case tokens <- struct{}{}:
	default:
	}
}
