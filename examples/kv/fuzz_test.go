package kv_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"reflect"
	"testing"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
)

// FuzzReadMessage reads any stream. Where sealed is set the stream gets the
// header that chance would never find: magic number, version, length and
// checksum. The protocol of package kvfault, which shares no code with this
// one, cuts the same messages.
func FuzzReadMessage(f *testing.F) {
	f.Add([]byte("KV\x01\x01\x00\x00\x00\x01\x03\x00\x00\x00\x00\x0e\x52\x68\xef\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x00\x00"), false)
	f.Add([]byte("KV\x01\x81\x00\x00\x00\x01\x03\x00\xff\xff\xff\xff\x00\x00\x00\x00"), false)
	f.Add([]byte("KV\x01\x82\x00\x00\x00\x01\x03\x02............\x00\x05\x01a\x00\x00\x00\x02no"), true)
	f.Fuzz(func(t *testing.T, stream []byte, sealed bool) {
		if sealed && len(stream) >= 18 {
			stream = seal(bytes.Clone(stream))
		}
		r := bytes.NewReader(stream)
		message, err := kv.ReadMessage(r)
		size := len(stream) - r.Len()
		raw, cutErr := kvfault.KV{}.ReadMessage(bufio.NewReader(bytes.NewReader(stream)), kv.MaxMessage)
		if err != nil {
			known := err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, kv.ErrCorrupt) || errors.Is(err, kv.ErrTooLong)
			if !known || err == io.EOF && len(stream) > 0 {
				t.Fatalf("an error that is none of the documented: %v", err)
			}
			return
		}
		if cutErr != nil || !bytes.Equal(raw, stream[:size]) {
			t.Fatalf("read %d bytes of %x, and package kvfault %x, %v", size, stream, raw, cutErr)
		}
		back, err := message.Bytes()
		if err != nil {
			t.Fatalf("read %+v, which cannot be written: %v", message, err)
		}
		if again, err := kv.ReadMessage(bytes.NewReader(back)); err != nil || !reflect.DeepEqual(again, message) {
			t.Fatalf("read %+v, and of what it is written as %+v, %v", message, again, err)
		}
	})
}

// seal makes a message of a stream whose header may hold anything.
func seal(stream []byte) []byte {
	copy(stream, "KV\x01")
	binary.BigEndian.PutUint32(stream[10:], uint32(len(stream)-18))
	covered := append(bytes.Clone(stream[:14]), stream[18:]...)
	binary.BigEndian.PutUint32(stream[14:], crc32.ChecksumIEEE(covered))
	return stream
}
