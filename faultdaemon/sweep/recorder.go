package sweep

import (
	"bytes"
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// recording is the fault of a recorder: it looks at R and never fires, so that
// the exchange is a healthy one.
const recording faultdaemon.Fault = "sweep_recording"

// A Recorder records the replies of a healthy daemon. The zero value is ready
// to use, with one daemon; it is safe for concurrent use.
type Recorder struct {
	mu   sync.Mutex
	seen [][]byte
}

// Config returns cfg changed so that the recorder records the daemon's replies.
func (rs *Recorder) Config(cfg faultdaemon.Config) faultdaemon.Config {
	catalogue := faultdaemon.MustCatalogue(faultdaemon.Info{Name: recording, Stage: faultdaemon.StageRespond, Do: rs.record})
	cfg.Catalogues = append(slices.Clip(cfg.Catalogues), catalogue)
	cfg.Fault = recording
	return cfg
}

// Replies returns the reply of every exchange on which a fault could act, in
// the order of the requests; nil for an exchange without a reply.
func (rs *Recorder) Replies() [][]byte {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return slices.Clone(rs.seen)
}

// record keeps R at its number, once it is there, in the order of the requests.
func (rs *Recorder) record(e *faultdaemon.Exchange) error {
	at := rs.reserve()
	r, err := e.Response()
	if err != nil {
		return err
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.seen[at] = bytes.Clone(r)
	return faultdaemon.NotFired("it is only recorded")
}

func (rs *Recorder) reserve() int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.seen = append(rs.seen, nil)
	return len(rs.seen) - 1
}
