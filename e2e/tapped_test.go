package e2e

import (
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// tapped is all that a Config.Tap has seen.
type tapped struct {
	mu      sync.Mutex
	streams map[stream][]byte
}

// A stream is one direction of a connection.
type stream struct {
	connection int64
	direction  faultdaemon.Direction
}

func (p *tapped) add(m faultdaemon.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams == nil {
		p.streams = make(map[stream][]byte)
	}
	s := stream{m.Connection, m.Direction}
	p.streams[s] = append(p.streams[s], m.Data...)
}

// all is what was seen of a direction.
func (p *tapped) all(connection int64, d faultdaemon.Direction) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.streams[stream{connection, d}])
}
