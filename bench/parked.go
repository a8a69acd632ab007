package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// parks is connections on which the client sends nothing. Their cost is the memory of
// one, both ends: heap and stacks.
func parks(n int) Work {
	return holds(n, func(conns []net.Conn, before int) error { return awaitGoroutines(before+len(conns), 0) })
}

// idles is connections that have made one exchange, and so are known to every server
// on the way.
func idles(n int, t Talk) Work {
	reader := bufio.NewReader(nil)
	return holds(n, func(conns []net.Conn, _ int) error {
		for _, conn := range conns {
			reader.Reset(conn)
			c := client{conn, reader}
			if err := c.exchange(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// holds opens connections, has ready say when they are served, and measures. before is
// how many goroutines there were.
func holds(n int, ready func(conns []net.Conn, before int) error) Work {
	return func(s *Setup, dial Dial) (Round, error) {
		n := s.Times(n)
		return func() (Cost, error) {
			goroutines, memory := runtime.NumGoroutine(), inUse()
			conns, err := dialAll(n, dial)
			err = errors.Join(err, ready(conns, goroutines))
			grown := inUse() - memory
			closeAll(conns)
			return Cost{Value: grown / float64(n)}, errors.Join(err, awaitGoroutines(0, goroutines))
		}, nil
	}
}

// stops is a daemon that stops while it has n connections.
func stops(n int, cfg faultdaemon.Config) Side {
	return func(s *Setup) (Round, error) {
		n := s.Times(n)
		return func() (Cost, error) {
			d := faultdaemon.New(s.Path(".sock"), cfg)
			if err := d.Start(); err != nil {
				return Cost{}, err
			}
			goroutines := runtime.NumGoroutine()
			conns, err := dialAll(n, func() (net.Conn, error) { return d.Dial(context.Background()) })
			err = errors.Join(err, awaitGoroutines(goroutines+len(conns), 0))
			start := time.Now()
			d.Stop()
			spent := time.Since(start)
			closeAll(conns)
			return Cost{Value: float64(spent)}, err
		}, nil
	}
}

// awaitGoroutines returns when there are so many goroutines, at least and, where most
// is not 0, at most.
func awaitGoroutines(least, most int) error {
	const patience = 20 * time.Second
	for start := time.Now(); time.Since(start) < patience; time.Sleep(time.Millisecond) {
		if n := runtime.NumGoroutine(); n >= least && (most == 0 || n <= most) {
			return nil
		}
	}
	return fmt.Errorf("after %s there are %d goroutines, want %d to %d", patience, runtime.NumGoroutine(), least, most)
}

func dialAll(n int, dial Dial) (conns []net.Conn, err error) {
	for range n {
		conn, err := dial()
		for errors.Is(err, syscall.EAGAIN) { // the server's backlog is full
			time.Sleep(time.Millisecond)
			conn, err = dial()
		}
		if err != nil {
			return conns, err
		}
		conns = append(conns, conn)
		if err := conn.SetDeadline(time.Now().Add(longest)); err != nil {
			return conns, err
		}
	}
	return conns, nil
}

func closeAll(conns []net.Conn) {
	for _, conn := range conns {
		_ = conn.Close()
	}
}
