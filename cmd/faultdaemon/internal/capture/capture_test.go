package capture_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/capture"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// a message of a connection, some milliseconds after the start; empty: an end.
func message(ms int, connection int64, d faultdaemon.Direction, data string) faultdaemon.Message {
	return faultdaemon.Message{Time: start.Add(time.Duration(ms) * time.Millisecond), Connection: connection, Direction: d, Data: []byte(data)}
}

// A packet is what of one the tests look at.
type packet struct {
	at       time.Duration
	from, to int
	flags    string
	seq, ack uint32
	data     string
}

// packets reads a capture back, and checks lengths and checksums.
func packets(t *testing.T, r io.Reader) (list []packet) {
	t.Helper()
	reader, err := pcapgo.NewNgReader(r, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	require.Equal(t, layers.LinkTypeRaw, reader.LinkType())
	for {
		data, info, err := reader.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		p := gopacket.NewPacket(data, layers.LayerTypeIPv4, gopacket.Default)
		require.Nil(t, p.ErrorLayer())
		tcp := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
		require.NoError(t, tcp.SetNetworkLayerForChecksum(p.NetworkLayer()))
		wrong, mismatches := p.VerifyChecksums()
		require.NoError(t, wrong)
		require.Empty(t, mismatches)
		flags := ""
		for _, f := range []struct {
			set  bool
			name string
		}{{tcp.SYN, "S"}, {tcp.FIN, "F"}, {tcp.PSH, "P"}} {
			if f.set {
				flags += f.name
			}
		}
		list = append(list, packet{info.Timestamp.Sub(start), int(tcp.SrcPort), int(tcp.DstPort), flags, tcp.Seq, tcp.Ack, string(tcp.Payload)})
	}
}

func TestCaptureOfOneConnection(t *testing.T) {
	var file bytes.Buffer
	r, err := capture.Record(&file, relay.RecordOptions{Protocol: "lines", Redact: []*regexp.Regexp{regexp.MustCompile("secret")}})
	require.NoError(t, err)
	r.Tap(message(5, 1, faultdaemon.ToUpstream, "my secret\n"))
	r.Tap(message(7, 1, faultdaemon.ToClient, "ok\n"))
	r.Tap(message(8, 1, faultdaemon.ToUpstream, ""))
	r.Tap(message(9, 1, faultdaemon.ToClient, ""))
	before := file.Len()
	require.NoError(t, r.Close())
	require.Equal(t, before, file.Len(), "all of it is written at once")
	const c, s = 49152, capture.ServerPort
	ms := time.Millisecond
	require.Equal(t, []packet{
		{5 * ms, c, s, "S", 0, 0, ""}, {5 * ms, s, c, "S", 0, 1, ""}, {5 * ms, c, s, "", 1, 1, ""},
		{5 * ms, c, s, "P", 1, 1, "my ******\n"}, {5 * ms, s, c, "", 1, 11, ""},
		{7 * ms, s, c, "P", 1, 11, "ok\n"}, {7 * ms, c, s, "", 11, 4, ""},
		{8 * ms, c, s, "F", 11, 4, ""}, {8 * ms, s, c, "", 4, 12, ""},
		{9 * ms, s, c, "F", 4, 12, ""}, {9 * ms, c, s, "", 12, 5, ""},
	}, packets(t, &file))
}

// Large messages are several segments, and connections have ports of their own.
func TestCaptureOfLargeMessages(t *testing.T) {
	var file bytes.Buffer
	r, err := capture.Record(&file, relay.RecordOptions{})
	require.NoError(t, err)
	large := strings.Repeat("0123456789", 20_000)
	r.Tap(message(1, 1, faultdaemon.ToUpstream, large))
	r.Tap(message(2, 2, faultdaemon.ToUpstream, "small"))
	require.NoError(t, r.Close())
	sent := map[int]string{}
	pushed := map[int]int{}
	for _, p := range packets(t, &file) {
		if p.to == capture.ServerPort && p.data != "" {
			require.Equal(t, len(sent[p.from])+1, int(p.seq))
			sent[p.from] += p.data
			pushed[p.from] += strings.Count(p.flags, "P")
		}
	}
	require.Equal(t, map[int]string{49152: large, 49153: "small"}, sent)
	require.Equal(t, map[int]int{49152: 1, 49153: 1}, pushed)
}

type full struct{ left int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestCaptureEndsWithTheFirstError(t *testing.T) {
	w := &full{left: 1000}
	r, err := capture.Record(w, relay.RecordOptions{})
	require.NoError(t, err)
	r.Tap(message(1, 1, faultdaemon.ToUpstream, "fits"))
	require.NoError(t, r.Err())
	r.Tap(message(1, 1, faultdaemon.ToUpstream, strings.Repeat("x", 1000)))
	require.ErrorIs(t, r.Err(), errFull)
	w.left = 1 << 20
	r.Tap(message(1, 1, faultdaemon.ToUpstream, "is left out"))
	require.ErrorIs(t, r.Close(), errFull)
	require.Equal(t, 1<<20, w.left)
}
