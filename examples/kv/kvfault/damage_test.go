package kvfault_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// The messages of the catalogue's examples.
const (
	get1 = "4b5601 01 00000001 03 00 0000000e 5268ef01 0000000000000000 01 61 00000000"
	got1 = "4b5601 81 00000001 03 00 0000000f 59dfd17d 0000000000000005 01 61 00000001 31"
	get2 = "4b5601 01 00000002 03 00 0000000e 7b4e4245 0000000000000005 01 61 00000000"
	got2 = "4b5601 81 00000002 03 00 0000000f 60a77c3d 0000000000000005 01 61 00000001 31"
)

// The renderings that the core's faults need, byte by byte, and what the
// catalogue does not show of its own faults. The checksums are zlib's.
func TestOnTheWire(t *testing.T) {
	exampletest.Run(t, fd.Config{Protocol: kvfault.KV{}}, []exampletest.Case{
		{Fault: fd.FaultCorruptResponse, Examples: []fd.Example{
			{Hex: true, Send: get1, Reply: got1, Got: "4b5601 81 00000001 03 00 00000003 7eab2f04 00feff"}}},
		{Fault: fd.FaultResponseTooLarge, Examples: []fd.Example{
			{Hex: true, With: "48", Send: get1, Reply: got1,
				Got: "4b5601 81 00000001 03 00 0000001e db2dac41 0000000000000005 01 61 00000001 31 000000000000000000000000000000"}}},
		{Fault: kvfault.FaultWrongShard, Examples: []fd.Example{ // the last shard's next is the first
			{Hex: true, Send: "4b5601 01 00000001 0f 00 0000000e fb9e818a 0000000000000000 01 63 00000000",
				Reply: "4b5601 81 00000001 0f 00 0000000f 231c7dbb 0000000000000005 01 63 00000001 31",
				Got:   "4b5601 81 00000001 00 00 0000000f 6f09f295 0000000000000005 01 63 00000001 31"}}},
	})
}

// What is swapped are the replies, which the catalogue's example, whose handler
// has one reply for both, cannot show.
func TestSwappedReplies(t *testing.T) {
	replies := map[string][]byte{string(unhex(t, get1)): unhex(t, got1), string(unhex(t, get2)): unhex(t, got2)}
	d := faulttest.Start(t, fd.Config{
		Protocol: kvfault.KV{}, Fault: kvfault.FaultSwappedReplies,
		ResponseHandler: func(request []byte) []byte { return replies[string(request)] },
	})
	assert.Equal(t, unhex(t, got2+got1), exchange(t, d, get1+get2, 66))
}

// A reply that a fault cannot be made of is sent as it is, and the events say
// why.
func TestWhatDoesNotFire(t *testing.T) {
	for _, tt := range []struct {
		fault       fd.Fault
		send, reply string
		want        string
	}{
		{fd.FaultCorruptResponse, get1, "4b56", "a message of 2 bytes has no key"},
		{fd.FaultResponseTooLarge, get1, "4b56", "a message of 2 bytes has no key"},
		{kvfault.FaultWrongShard, get1, "4b5601 81 00000001 03 00 00000009 00000000 0000000000000005 02", "key and value are longer than their message"},
		{kvfault.FaultStaleRead, get1, got1, "the client has seen no revision yet: none is older"},
		{kvfault.FaultStaleRead, "4b5601 02 00000001 03 00 0000000f b1adfae6 0000000000000000 01 61 00000001 31", got1, "this is no get"},
		{kvfault.FaultSwappedReplies.With(time.Millisecond), get1, got1, "no second request to swap with: "},
	} {
		t.Run(string(tt.fault)+" "+tt.reply, func(t *testing.T) {
			d := faulttest.StartWith(t, fd.Config{
				Protocol: kvfault.KV{}, Fault: tt.fault,
				ResponseHandler: func([]byte) []byte { return unhex(t, tt.reply) },
			}, faulttest.StartOptions{AllowUnfired: true})
			want := unhex(t, tt.reply)
			assert.Equal(t, want, exchange(t, d, tt.send, len(want)))
			assert.Contains(t, reason(d), tt.want)
		})
	}
}

// exchange writes a request and returns n bytes of what comes back.
func exchange(t *testing.T, d *fd.FaultDaemon, send string, n int) []byte {
	t.Helper()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.Copy(conn, bytes.NewReader(unhex(t, send)))
	require.NoError(t, err)
	got := make([]byte, n)
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	return got
}

// reason is why a fault did not fire.
func reason(d *fd.FaultDaemon) string {
	for _, ev := range d.Events() {
		if ev.Kind == fd.EventNotFired {
			return ev.Detail
		}
	}
	return ""
}
