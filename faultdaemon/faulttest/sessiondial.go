package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// noting is a Dialer that takes note of the connections that it opens.
func (s *sessionRun) noting(dial Dialer) Dialer {
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.dialed = append(s.dialed, conn) // nil where it failed
		return conn, err
	}
}

// dials is how often the client has dialed.
func (s *sessionRun) dials() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.dialed)
}

// connectionLeak is what a leak begins with that is a connection.
const connectionLeak = "connection: "

// unclosed returns the connections that are not closed when a time has passed.
func (s *sessionRun) unclosed(linger time.Duration) (list []string) {
	for wait := linger; ; wait -= linger / 10 {
		list = nil
		s.mu.Lock()
		for i, conn := range s.dialed {
			if conn != nil && !errors.Is(conn.SetDeadline(time.Time{}), net.ErrClosed) {
				list = append(list, fmt.Sprintf("%sthe client's %d. was never closed", connectionLeak, i+1))
			}
		}
		s.mu.Unlock()
		if len(list) == 0 || wait <= 0 {
			return list
		}
		<-time.After(linger / 10)
	}
}
