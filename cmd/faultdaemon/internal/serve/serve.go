// Package serve runs a daemon until it is told to end: its addresses, the API
// that controls it and the log of what happens.
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// keptCalls is how many calls a daemon keeps whose Config does not say it.
const keptCalls = 10_000

// Options say what to run.
type Options struct {
	Config  faultdaemon.Config // all but Trace
	Listen  []Address          // one or more
	Control *Address           // where the control API listens; nil for none
	Log     string             // a file that events are appended to, "-" for Stdout, "" for none
	Stdin   io.Reader          // its end is the daemon's; nil for nothing
	Stdout  io.Writer          // gets the addresses really in use as its first line
	Watcher Watcher            // is told what happens; nil for nobody

	// Prepare, if not nil, may change the config when all addresses are the daemon's,
	// and nobody was served. Its error ends all.
	Prepare func(*faultdaemon.Config) error
}

// firstLine is what Stdout gets first.
type firstLine struct {
	Addresses []string `json:"addresses"`
	Control   string   `json:"control,omitempty"`
}

// Run runs a daemon until ctx or Stdin ends, which is no error. The first line
// is written when a connect to every address succeeds. When Run returns,
// nothing listens and the sockets are removed.
func Run(ctx context.Context, opts Options) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	s := &server{opts: opts, feed: &control.Feed{}, end: end}
	err := s.start(ctx)
	if err == nil {
		if opts.Stdin != nil {
			go func() {
				_, _ = io.Copy(io.Discard, opts.Stdin) // an error is an end, too
				end(nil)
			}()
		}
		<-ctx.Done()
	}
	if cause := context.Cause(ctx); errors.Is(cause, context.Canceled) {
		err = nil // told to end, be it while it started
	} else if cause != nil {
		err = cause
	}
	return errors.Join(err, s.stop())
}

// A server is a daemon with all that belongs to it.
type server struct {
	opts      Options
	feed      *control.Feed
	end       context.CancelCauseFunc // ends all of it, with what has failed
	daemon    *faultdaemon.FaultDaemon
	listeners []*probedListener
	controls  net.Listener // the control API's, nil for none
	serving   sync.WaitGroup
	control   *controlServer // nil for none
	log       *logFile       // nil for none
	watched   sync.WaitGroup // the Watcher's
}

func (s *server) start(ctx context.Context) (err error) {
	if s.log, err = openLog(s.opts.Log, s.opts.Stdout); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	cfg := s.opts.Config
	if s.opts.Prepare != nil {
		if err := s.opts.Prepare(&cfg); err != nil {
			return err
		}
	}
	cfg.Trace = s.feed.Add
	if cfg.MaxCalls == 0 {
		cfg.MaxCalls = keptCalls
	}
	s.daemon = faultdaemon.New("", cfg)
	line := firstLine{}
	for _, l := range s.listeners {
		s.serve(l)
		if err := l.probe(ctx); err != nil {
			return err
		}
		line.Addresses = append(line.Addresses, addressOf(l))
	}
	if s.controls != nil {
		if s.control, err = startControl(ctx, s.controls, s.daemon, s.feed); err != nil {
			return err
		}
		line.Control = addressOf(s.control.listener)
	}
	if err := json.NewEncoder(s.opts.Stdout).Encode(line); err != nil {
		return fmt.Errorf("cannot say which addresses are in use: %w", err)
	}
	s.log.follow(s.feed, s.end)
	s.watch(line.Addresses)
	return nil
}

// listen listens on all addresses, and serves none of them.
func (s *server) listen() (err error) {
	for _, address := range s.opts.Listen {
		l, err := address.listen()
		if err != nil {
			return err
		}
		s.listeners = append(s.listeners, &probedListener{Listener: l})
	}
	if s.opts.Control != nil {
		s.controls, err = s.opts.Control.listen()
	}
	return err
}

// serve serves a listener until the daemon stops. That it fails ends all.
func (s *server) serve(l net.Listener) {
	s.serving.Add(1)
	go func() {
		defer s.serving.Done()
		if err := s.daemon.Serve(l); err != nil {
			s.end(fmt.Errorf("cannot go on serving %s: %w", addressOf(l), err))
		}
	}()
}

// stop ends what was started, whatever that is.
func (s *server) stop() error {
	if s.daemon != nil {
		s.daemon.Stop()
	}
	for _, l := range s.listeners {
		_ = l.Close() // again, where it was served
	}
	s.serving.Wait()
	s.feed.Close()
	s.control.stop()
	if s.controls != nil {
		_ = s.controls.Close() // again, where it was served
	}
	s.watched.Wait()
	return s.log.close()
}
