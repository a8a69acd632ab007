package bench

import (
	"bufio"
	"io"
	"net"

	"golang.org/x/sync/errgroup"
)

// A Talk is what one exchange is made of: what a client writes at once, and how it
// reads what comes back.
type Talk struct {
	Send    []byte
	Receive func(*bufio.Reader) error
}

// A line and the line that comes back.
func line(text string) Talk { return lines(text, 1) }

// lines is the same line n times in one write, and as many that come back.
func lines(text string, n int) Talk {
	var send []byte
	for range n {
		send = append(append(send, text...), '\n')
	}
	return Talk{send, func(r *bufio.Reader) error {
		for range n {
			if _, err := r.ReadSlice('\n'); err != nil {
				return err
			}
		}
		return nil
	}}
}

// echoed is bytes that come back as many as they are.
func echoed(send []byte) Talk {
	into := make([]byte, len(send)) // of one client: a talk of many is made for each
	return Talk{send, func(r *bufio.Reader) error {
		_, err := io.ReadFull(r, into)
		return err
	}}
}

// A client has a connection of its own.
type client struct {
	conn   net.Conn
	reader *bufio.Reader
}

func newClient(s *Setup, dial Dial) (*client, error) {
	conn, err := open(s, dial)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReader(conn)}, nil
}

// exchange does it once.
func (c *client) exchange(t Talk) error {
	if _, err := c.conn.Write(t.Send); err != nil {
		return err
	}
	return t.Receive(c.reader)
}

// times does it n times.
func (c *client) times(n int, t Talk) error {
	for range n {
		if err := c.exchange(t); err != nil {
			return err
		}
	}
	return nil
}

// serial is n exchanges on one connection.
func serial(n int, t Talk) Work { return parallel(1, n, func() Talk { return t }) }

// parallel is n exchanges on each of some connections at once. Their cost is that of
// one exchange.
func parallel(connections, n int, talk func() Talk) Work {
	return func(s *Setup, dial Dial) (Round, error) {
		clients := make([]*client, connections)
		talks := make([]Talk, connections)
		for i := range clients {
			c, err := newClient(s, dial)
			if err != nil {
				return nil, err
			}
			clients[i], talks[i] = c, talk()
		}
		each := s.Times(n)
		if connections == 1 {
			return timed(each, func(n int) error { return clients[0].times(n, talks[0]) }), nil
		}
		return timed(each*connections, func(int) error {
			var all errgroup.Group
			for i, c := range clients {
				all.Go(func() error { return c.times(each, talks[i]) })
			}
			return all.Wait()
		}), nil
	}
}

// visits is n connections in turn with one exchange each.
func visits(n int, t Talk) Work {
	return func(s *Setup, dial Dial) (Round, error) {
		reader := bufio.NewReader(nil)
		return repeat(s.Times(n), func() error {
			conn, err := dial()
			if err != nil {
				return err
			}
			defer func() { _ = conn.Close() }()
			reader.Reset(conn)
			c := client{conn, reader}
			return c.exchange(t)
		}), nil
	}
}
