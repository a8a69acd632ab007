package bench

import (
	"bytes"
	"encoding/binary"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// frameRows are about messages that begin with their length.
func frameRows() []Row {
	subject := daemon(faultdaemon.Config{Protocol: lengthprefix.Layout{LengthWidth: 4}})
	work := func(name string, w Work, reach float64, reason string) Row {
		return Row{
			Work: name, Unit: Time, Rounds: 41, Subject: on(subject, w), Allocs: new(0.0), Reason: reason,
			Peers: []Peer{{"io.ReadFull", on(unix(echoFrames), w), reach}},
		}
	}
	return []Row{
		work("echo behind a length, 26 B", serial(2000, echoed(frame(26))), 1.05, "it records each call, and two events"),
		work("echo behind a length, 16 KiB", serial(1000, echoed(frame(16<<10))), 1.10, "every call is kept, in memory that is new: half of the daemon's time are page faults there"),
	}
}

// frame returns a message of some bytes behind its length.
func frame(size int) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(size))
	return append(head, bytes.Repeat([]byte{'x'}, size)...)
}
