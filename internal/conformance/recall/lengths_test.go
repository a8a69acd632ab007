package recall_test

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// Clients that read a payload by the length before it.
func lengths() []claim {
	thrift := lengthprefix.Thrift().Config(answers)
	short := lengthprefix.Layout{LengthWidth: 3}.Config(answers) // at most 16 MiB
	one, event := prefixed(4, maxBody).asks("milk").timely, typed.asks("milk")
	return []claim{
		{
			fault: lengthprefix.FaultLengthNegative, daemon: thrift, verdict: faulttest.Crashed,
			right: one, buggy: style{prefixed(4, 0).write, believesSign, rightly}.asks("milk").timely,
		},
		{fault: lengthprefix.FaultWrongHeaderByte, daemon: lengthprefix.I3().Config(answers), right: event.timely, buggy: event.forever, verdict: faulttest.Hung},
		{
			fault: lengthprefix.FaultLengthMax, daemon: short, verdict: faulttest.TimedOut,
			right: prefixed(3, maxBody).asks("milk").timely, buggy: prefixed(3, 1<<24).asks("milk").timely,
			unseen: "memory is judged in isolated runs alone, and a client without a limit may wait",
		},
		{
			fault: lengthprefix.FaultWrongProtocolBanner, daemon: short, verdict: faulttest.TimedOut,
			right: prefixed(3, maxBody).asks("milk").timely, buggy: prefixed(3, 1<<24).asks("milk").timely,
			unseen: "a client without a limit has no reason to doubt the length, and nothing comes to tell it more",
		},
	}
}

// answers answers a payload.
func answers(payload []byte) []byte { return jsonrpc.Values.Handler(notes)(payload) }

// prefixed is the style with a length of so many bytes, and a limit.
func prefixed(width, limit int) style {
	return style{func(text string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(text)))[4-width:]) + text
	}, func(p *peer) ([]byte, error) {
		head := make([]byte, 4)
		if _, err := io.ReadFull(p.r, head[4-width:]); err != nil {
			return nil, err
		}
		n := int64(binary.BigEndian.Uint32(head))
		if n > int64(limit) {
			return nil, fmt.Errorf("a payload of %d bytes, %d are allowed", n, limit)
		}
		return believing(p, int(n))
	}, rightly}
}

// believesSign takes memory for as many bytes as a signed length says.
func believesSign(p *peer) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(p.r, head); err != nil {
		return nil, err
	}
	return believing(p, int(int32(binary.BigEndian.Uint32(head))))
}

// typed is the style of i3: it passes over what is of another type than its
// request.
var typed = style{func(text string) string {
	head := binary.NativeEndian.AppendUint32([]byte("i3-ipc"), uint32(len(text)))
	return string(binary.NativeEndian.AppendUint32(head, 4)) + text
}, func(p *peer) ([]byte, error) {
	for {
		head := make([]byte, 14)
		if _, err := io.ReadFull(p.r, head); err != nil {
			return nil, err
		}
		payload, err := believing(p, int(binary.NativeEndian.Uint32(head[6:])))
		if err != nil || binary.NativeEndian.Uint32(head[10:]) == 4 {
			return payload, err
		}
	}
}, rightly}
