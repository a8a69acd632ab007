package kvd

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/examples/kv"
)

// A Server serves one Store to any number of connections.
type Server struct {
	Store Store

	// Log is told why a connection ended, if not by its client's leave; nil
	// is slog.Default().
	Log *slog.Logger

	mu     sync.Mutex
	closed bool
	open   map[io.Closer]bool // listeners and connections
	using  sync.WaitGroup
}

// Serve accepts connections and serves them until Close is called; then it
// returns nil, and before that the error of a listener that fails.
func (s *Server) Serve(l net.Listener) error {
	if !s.add(l) {
		return l.Close()
	}
	defer s.remove(l)
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		if !s.add(conn) {
			return conn.Close()
		}
		go func() {
			defer s.remove(conn)
			if err := s.serve(conn); err != nil && !errors.Is(err, net.ErrClosed) {
				s.log().Warn("a connection ended", "error", err)
			}
		}()
	}
}

// Close ends the listeners and the connections, and returns when nothing of
// the server runs any more.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.using.Wait()
}

// serve answers one connection's requests, in order.
func (s *Server) serve(conn net.Conn) error {
	for r := bufio.NewReader(conn); ; {
		request, err := kv.ReadMessage(r)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		reply, err := s.Store.Answer(request).Bytes()
		if err != nil {
			return err
		}
		if _, err := conn.Write(reply); err != nil {
			return err
		}
	}
}

func (s *Server) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}

// add notes what Close is to close and to wait for, unless it is too late.
func (s *Server) add(c io.Closer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.open == nil {
		s.open = make(map[io.Closer]bool)
	}
	s.open[c] = true
	s.using.Add(1)
	return true
}

// remove closes what is over.
func (s *Server) remove(c io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	_ = c.Close()
	s.using.Done()
}
