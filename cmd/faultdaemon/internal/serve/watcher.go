package serve

import (
	"context"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Watcher shows somebody what a daemon does. Its methods are called one at a time,
// Stopped the last; a daemon does not wait for them.
type Watcher interface {
	// Started is told the daemon and the addresses really in use.
	Started(d *faultdaemon.FaultDaemon, addresses []string)

	// Events is given what happened, and how many events came before that and are
	// no longer kept.
	Events(events []faultdaemon.Event, missed int64)

	// Stopped is called when the daemon has stopped, after the last events.
	Stopped()
}

// watch tells the Watcher, if there is one, what happens until the feed is closed.
func (s *server) watch(addresses []string) {
	w := s.opts.Watcher
	if w == nil {
		return
	}
	w.Started(s.daemon, addresses)
	s.watched.Go(func() {
		_ = s.feed.Follow(context.Background(), true, func(events []faultdaemon.Event, missed int64) error {
			w.Events(events, missed)
			return nil
		})
		w.Stopped()
	})
}
