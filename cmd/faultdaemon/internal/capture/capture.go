// Package capture writes what passes a relay as a capture of packets, in pcapng, for
// Wireshark and its like.
//
// The packets are made up: each connection is one of TCP between 127.0.0.1 and
// 127.0.0.1, whatever it was, with a handshake before its first message and a FIN where a
// side has ended. Sequence numbers and checksums are right, so that streams can be followed
// and dissectors see whole messages.
package capture

import (
	"fmt"
	"io"
	"regexp"
	"sync"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

// ServerPort is the port of every daemon in a capture. Clients have 49152 and the 16383
// ports after it, in turn.
const ServerPort = 47000

const (
	firstClientPort = 49152
	clientPorts     = 16384
)

// A Recorder writes a capture. Its Tap is for [faultdaemon.Config.Tap]. It is safe for
// concurrent use.
type Recorder struct {
	redact []*regexp.Regexp

	mu          sync.Mutex
	w           *pcapgo.NgWriter
	connections map[int64]*stream
	err         error // why nothing more is written
}

// Record begins a capture. What the options say is done as for a transcript: secrets
// are masked, and the protocol is named in the capture's comment.
//
// Each message is written at once: what was recorded before a process is killed is there.
// An error ends the recording and not the connection; Close returns it.
func Record(w io.Writer, o relay.RecordOptions) (*Recorder, error) {
	ng, err := pcapgo.NewNgWriterInterface(w, pcapgo.NgInterface{
		Name: "relay", Description: "connections through a relay, as if by TCP",
		LinkType: layers.LinkTypeRaw, SnapLength: 0, TimestampResolution: 9,
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{
		Application: "faultdaemon", Comment: "protocol: " + o.Protocol,
	}})
	if err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	return &Recorder{redact: o.Redact, w: ng, connections: map[int64]*stream{}}, nil
}

// Tap writes the packets of one message.
func (r *Recorder) Tap(m faultdaemon.Message) {
	data := relay.Mask(m.Data, r.redact)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.connections[m.Connection]
	isNew := s == nil
	if isNew {
		s = newStream(m.Connection)
		r.connections[m.Connection] = s
	}
	s.write = func(packet []byte) { r.write(m.Time, packet) }
	if isNew {
		s.handshake()
	}
	from, to := &s.client, &s.server
	if m.Direction == faultdaemon.ToClient {
		from, to = to, from
	}
	if len(data) == 0 {
		s.finish(from, to)
	} else {
		s.send(from, to, data)
	}
	if s.client.finished && s.server.finished {
		delete(r.connections, m.Connection)
	}
	if r.err == nil {
		r.err = r.w.Flush()
	}
}

// write writes one packet, while r.mu is held.
func (r *Recorder) write(at time.Time, packet []byte) {
	if r.err != nil {
		return
	}
	r.err = r.w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(packet), Length: len(packet)}, packet)
}

// Err returns the first error of a write.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return fmt.Errorf("capture: the recording ends here: %w", r.err)
	}
	return nil
}

// Close writes what is left and returns the first error. It does not close the writer.
func (r *Recorder) Close() error {
	r.mu.Lock()
	if r.err == nil {
		r.err = r.w.Flush()
	}
	r.mu.Unlock()
	return r.Err()
}
