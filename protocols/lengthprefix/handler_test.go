package lengthprefix_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// shout is a payload handler that any protocol can have.
func shout(payload []byte) []byte { return append(bytes.ToUpper(payload), '!') }

// native puts a message that was written in little endian into the machine's
// own byte order: its 4-byte numbers stand at these offsets.
func native(t *testing.T, text string, offsets ...int) []byte {
	message := unhex(t, text)
	for _, at := range offsets {
		binary.NativeEndian.PutUint32(message[at:], binary.LittleEndian.Uint32(message[at:]))
	}
	return message
}

// A session of every protocol: what is sent, and what the documented layout
// makes of the payload HI!.
func TestPresets(t *testing.T) {
	tests := []struct {
		name           string
		cfg            faultdaemon.Config
		request, reply []byte
	}{
		{"Chrome", lengthprefix.Chrome().Config(shout),
			native(t, "02000000 6869", 0), native(t, "03000000 484921", 0)},
		{"I3", lengthprefix.I3().Config(shout),
			native(t, "69332d697063 02000000 07000000 6869", 6, 10), native(t, "69332d697063 03000000 07000000 484921", 6, 10)},
		{"Discord, a handshake", lengthprefix.Discord().Config(shout),
			unhex(t, "00000000 02000000 6869"), unhex(t, "01000000 03000000 484921")},
		{"Discord, a frame", lengthprefix.Discord().Config(shout),
			unhex(t, "01000000 02000000 6869"), unhex(t, "01000000 03000000 484921")},
		{"Discord, a ping", lengthprefix.Discord().Config(shout),
			unhex(t, "03000000 02000000 6869"), unhex(t, "04000000 03000000 484921")},
		{"TTRPC", lengthprefix.TTRPC().Config(shout),
			unhex(t, "00000002 00000005 01 00 6869"), unhex(t, "00000003 00000005 02 00 484921")},
		{"Postgres", lengthprefix.Postgres().Config(shout),
			unhex(t, "51 00000006 6869"), unhex(t, "51 00000007 484921")},
		{"Kafka", lengthprefix.Kafka().Config(shout),
			unhex(t, "00000002 6869"), unhex(t, "00000003 484921")},
		{"Thrift", lengthprefix.Thrift().Config(shout),
			unhex(t, "00000002 6869"), unhex(t, "00000003 484921")},
		{"GRPC", lengthprefix.GRPC().Config(shout),
			unhex(t, "01 00000002 6869"), unhex(t, "01 00000003 484921")},
		{"Docker", lengthprefix.Docker().Config(shout),
			unhex(t, "02000000 00000002 6869"), unhex(t, "02000000 00000003 484921")},
		{"Varint", lengthprefix.Varint{}.Config(shout),
			unhex(t, "02 6869"), unhex(t, "03 484921")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, conn := started(t, tt.cfg)
			for range 2 {
				_, err := conn.Write(tt.request)
				require.NoError(t, err)
				got := make([]byte, len(tt.reply))
				_, err = io.ReadFull(conn, got)
				require.NoError(t, err)
				require.Equal(t, tt.reply, got)
			}
		})
	}
}

// The payload of a varint of two bytes: 300 is ac 02.
func TestVarintOfTwoBytes(t *testing.T) {
	message, err := lengthprefix.Varint{}.Frame(make([]byte, 300))
	require.NoError(t, err)
	require.Equal(t, append([]byte{0xac, 0x02}, make([]byte, 300)...), message)

	_, err = lengthprefix.Varint{MaxMessage: 302}.Frame(make([]byte, 300))
	require.NoError(t, err)
	_, err = lengthprefix.Varint{MaxMessage: 301}.Frame(make([]byte, 300))
	require.EqualError(t, err, "lengthprefix: a message of 302 bytes exceeds MaxMessage, 301")
	_, err = lengthprefix.Varint{}.Payload([]byte{0x80})
	require.EqualError(t, err, "lengthprefix: a message of 1 bytes has no length")
	require.EqualError(t, lengthprefix.Varint{MaxMessage: -1}.Validate(),
		"lengthprefix: MaxMessage is -1: want 0 (no limit) or more")
}

func TestWhatAHandlerMayReturn(t *testing.T) {
	for name, cfg := range map[string]func(func([]byte) []byte) faultdaemon.Config{
		"layout": lengthprefix.Layout{LengthWidth: 1}.Config,
		"varint": lengthprefix.Varint{}.Config,
	} {
		t.Run(name, func(t *testing.T) {
			_, echo := started(t, cfg(nil))
			exchange(t, echo, "02 6869", "02 6869")

			_, same := started(t, cfg(func(payload []byte) []byte { return payload }))
			exchange(t, same, "00", "00")

			_, silent := started(t, cfg(func(payload []byte) []byte {
				if string(payload) == "hi" {
					return nil
				}
				return []byte{}
			}))
			exchange(t, silent, "02 6869 01 7a", "00") // nothing for hi, an empty message for z
		})
	}
}

// A reply that cannot be framed ends the connection, and the daemon says why.
func TestAReplyThatCannotBeFramed(t *testing.T) {
	d, conn := started(t, lengthprefix.Layout{LengthWidth: 1}.Config(func([]byte) []byte { return make([]byte, 256) }))
	_, err := conn.Write([]byte{0})
	require.NoError(t, err)
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Empty(t, got)
	require.Contains(t, panics(d), "lengthprefix: a length of 1 bytes says at most 255, the message needs 256")
}

// A handler that is given what is no request of its layout says so.
func TestAHandlerOfAnotherLayout(t *testing.T) {
	h := lengthprefix.I3().Handler(shout)
	require.PanicsWithError(t, "lengthprefix: a message of 5 bytes has no header of 14", func() { h([]byte("ping\n")) })
}

// panics returns what the daemon kept of panics.
func panics(d *faultdaemon.FaultDaemon) string {
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventPanic {
			return ev.Detail
		}
	}
	return ""
}

func TestAt(t *testing.T) {
	query := lengthprefix.At(0, "Q")
	require.True(t, query(unhex(t, "51 00000005 00")))
	require.False(t, query(unhex(t, "58 00000004")))
	require.True(t, lengthprefix.At(2, "cd")([]byte("abcd")))
	require.False(t, lengthprefix.At(3, "cd")([]byte("abcd")), "beyond the end")
	require.False(t, lengthprefix.At(-1, "a")([]byte("abcd")))
}

// A fault acts on the requests that a matcher picks.
func TestAFaultOnSomeRequests(t *testing.T) {
	cfg := lengthprefix.Postgres().Config(shout)
	cfg.Fault = lengthprefix.FaultLengthZero
	cfg.FaultMatcher = lengthprefix.At(0, "Q")
	_, conn := started(t, cfg)
	exchange(t, conn, "50 00000005 61", "50 00000006 4121")
	exchange(t, conn, "51 00000005 61", "51 00000000")
}
