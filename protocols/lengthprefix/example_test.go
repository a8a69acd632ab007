package lengthprefix_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// call sends a message to a daemon in memory and returns all that comes back.
func call(cfg faultdaemon.Config, message string) []byte {
	cfg.CloseAfterReply = true
	d := faultdaemon.New("", cfg)
	if err := d.Start(); err != nil {
		return []byte(err.Error())
	}
	defer d.Stop()
	conn, err := d.Dial(context.Background())
	if err != nil {
		return []byte(err.Error())
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, message)
	got, _ := io.ReadAll(conn)
	return got
}

func ExampleLayout_Config() {
	cfg := lengthprefix.GRPC().Config(bytes.ToUpper)
	fmt.Printf("%q\n", call(cfg, "\x00\x00\x00\x00\x05hello"))

	cfg.Fault = lengthprefix.FaultLengthLong.With(3)
	fmt.Printf("%q\n", call(cfg, "\x00\x00\x00\x00\x05hello"))
	// Output:
	// "\x00\x00\x00\x00\x05HELLO"
	// "\x00\x00\x00\x00\bHELLO"
}

// A protocol of one's own: a magic number, a version, a length, and a checksum
// that the length does not count.
func ExampleLayout_seal() {
	layout := lengthprefix.Layout{
		Magic:        "KV\x01",
		LengthOffset: 3,
		LengthWidth:  2,
		LengthAdjust: 4,
		Seal: func(message []byte) []byte {
			binary.BigEndian.PutUint32(message[5:], crc32.ChecksumIEEE(message[9:]))
			return message
		},
	}
	message, err := layout.Frame([]byte("hello"))
	fmt.Printf("% x %v\n", message, err)
	// Output:
	// 4b 56 01 00 05 36 10 a6 86 68 65 6c 6c 6f <nil>
}

// A handler of raw messages reads the header itself, and changes it.
func ExampleLayout_Frame() {
	postgres := lengthprefix.Postgres()
	ready, err := postgres.Frame([]byte("I"))
	ready[0] = 'Z'
	fmt.Printf("%q %v\n", ready, err)
	// Output:
	// "Z\x00\x00\x00\x05I" <nil>
}

func ExampleVarint() {
	cfg := lengthprefix.Varint{}.Config(bytes.ToUpper)
	fmt.Printf("%q\n", call(cfg, "\x05hello"))

	cfg.Fault = lengthprefix.FaultVarintOverlong.With(3)
	fmt.Printf("%q\n", call(cfg, "\x05hello"))
	// Output:
	// "\x05HELLO"
	// "\x85\x80\x00HELLO"
}

func ExampleAt() {
	queries := lengthprefix.At(0, "Q")
	fmt.Println(queries([]byte("Q\x00\x00\x00\x05\x00")), queries([]byte("X\x00\x00\x00\x04")))
	// Output:
	// true false
}
