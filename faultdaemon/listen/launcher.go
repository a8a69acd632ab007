package listen

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Launcher launches a daemon for the processes that ask for it with [Launch].
type Launcher struct {
	listener net.Listener
	work     sync.WaitGroup
}

// NewLauncher listens on the Unix socket at path for processes that call [Launch]. It
// calls [faultdaemon.FaultDaemon.Launch] for each.
func NewLauncher(path string, d *faultdaemon.FaultDaemon) (*Launcher, error) {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: launcher: %w", err)
	}
	l := &Launcher{listener: listener}
	l.work.Go(func() { // ends with the listener
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.work.Go(func() { answer(conn, d.Launch()) })
		}
	})
	return l, nil
}

// answer tells a process what has become of its launch: a line, empty where the
// daemon listens.
func answer(conn net.Conn, failed error) {
	text := ""
	if failed != nil {
		text = strings.ReplaceAll(failed.Error(), "\n", "; ")
	}
	_, _ = fmt.Fprintln(conn, text) // the process may be gone
	_ = conn.Close()
}

// Close stops listening and returns when every launch has been answered. A second call
// returns the error of a closed listener.
func (l *Launcher) Close() error {
	err := l.listener.Close()
	l.work.Wait()
	return err
}

// Launch asks the [Launcher] at path to launch its daemon, and returns when that
// listens, with the error of [faultdaemon.FaultDaemon.Launch] as text.
func Launch(path string) error {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return fmt.Errorf("listen: launch: %w", err)
	}
	defer func() { _ = conn.Close() }()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("listen: launch: %w", err)
	}
	if line = strings.TrimSpace(line); line != "" {
		return errors.New(line)
	}
	return nil
}
