package ownprotocol_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/docs/ownprotocol"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// get is the client under test.
func get(path, key string) (string, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	request, err := ownprotocol.KV{}.Frame([]byte(key))
	if err != nil {
		return "", err
	}
	if _, err := conn.Write(request); err != nil {
		return "", err
	}
	reply, err := ownprotocol.KV{}.ReadMessage(bufio.NewReader(conn), 1<<20)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(reply[11:]), " "), nil
}

// answer is the daemon's handler: raw message in, raw message out.
func answer(request []byte) []byte {
	reply, err := ownprotocol.KV{}.Frame([]byte("value of " + string(request[11:])))
	if err != nil {
		panic(err) // ends the connection, and is in the daemon's events
	}
	return reply
}

func TestGet(t *testing.T) {
	d := faulttest.Start(t, faultdaemon.Config{Protocol: ownprotocol.KV{}, ResponseHandler: answer})
	for _, tt := range []struct {
		fault faultdaemon.Fault
		want  string // the error
	}{
		{faultdaemon.FaultNone, ""},
		{faultdaemon.FaultChunkedResponse, ""},
		{faultdaemon.FaultResponseTooLarge.With(1 << 16), ""},
		{faultdaemon.FaultResponseTooLarge.With(2 << 20), "message too large: 2097152 bytes are announced, 1048576 allowed"},
		{faultdaemon.FaultCutAt.With(7, "eof"), "unexpected EOF: 7 of the 11 bytes of a header"},
		{faultdaemon.FaultFlipAt.With(11), "corrupt message: its CRC-32 is another"},
		{ownprotocol.FaultWrongVersion, `corrupt message: it begins with "KV\x02", want "KV\x01"`},
	} {
		t.Run(tt.fault.String(), func(t *testing.T) {
			d.SetFault(tt.fault)
			got, err := get(d.SocketPath(), "colour")
			if tt.want != "" {
				require.EqualError(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "value of colour", got)
		})
	}
}

// FuzzReadMessage holds ReadMessage to its contract on any stream.
func FuzzReadMessage(f *testing.F) {
	f.Add([]byte("KV\x01\x00\x00\x00\x05\x36\x10\xa6\x86hello"))
	f.Add([]byte("KV\x01\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := bufio.NewReader(strings.NewReader(string(stream)))
		message, err := ownprotocol.KV{}.ReadMessage(r, 1<<16)
		if !strings.HasPrefix(string(stream), string(message)) {
			t.Fatalf("read %q, which is not what came", message)
		}
		rest, _ := io.ReadAll(r)
		if err == nil && string(message)+string(rest) != string(stream) {
			t.Fatalf("read %q, and %q is left", message, rest)
		}
	})
}
