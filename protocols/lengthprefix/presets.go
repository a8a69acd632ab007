package lengthprefix

import "encoding/binary"

// Chrome is native messaging: a length in the machine's own byte order, and
// JSON in UTF-8.
//
//	0b 00 00 00 7b 22 6f 6b 22 3a 74 72 75 65 7d       {"ok":true} on a little-endian machine
//
// MaxMessage is 1 MiB and the length, what Chrome takes from a host; what it
// sends may be longer. (Chrome for Developers, "Native messaging protocol".)
func Chrome() Layout {
	return Layout{LengthWidth: 4, Order: binary.NativeEndian, MaxMessage: 1<<20 + 4}
}

// I3 is the IPC of i3 and sway: a magic number, the length of the payload and
// a type, both in the machine's own byte order. A reply has its request's type.
//
//	69 33 2d 69 70 63  02 00 00 00  01 00 00 00  5b 5d
//	i  3  -  i  p  c   length 2     type 1       []
//
// (i3, "IPC interface", "Message format".)
func I3() Layout {
	return Layout{Magic: "i3-ipc", LengthOffset: 6, LengthWidth: 4, LengthAdjust: 4, Order: binary.NativeEndian}
}

// Discord is the IPC of Discord's desktop client: an opcode, the length of the
// payload, JSON. Answer turns the opcode of a request into that of its reply:
// HANDSHAKE (0) into FRAME (1), PING (3) into PONG (4).
//
//	01 00 00 00  02 00 00 00  7b 7d
//	FRAME        length 2     {}
//
// MaxMessage is 64 KiB, as in discord-rpc.
func Discord() Layout {
	return Layout{LengthOffset: 4, LengthWidth: 4, Order: binary.LittleEndian, MaxMessage: 64 << 10, Answer: discordAnswer}
}

func discordAnswer(header []byte) {
	if header[0] == 0 || header[0] == 3 {
		header[0]++
	}
}

// TTRPC is containerd's ttrpc: the length of the data, a stream's id, a type
// and flags. A reply has its request's stream, and the type Response (2).
//
//	00 00 00 02  00 00 00 01  02    00     0a 00
//	length 2     stream 1     type  flags  data
//
// MaxMessage is 4 MiB of data and the header. (ttrpc, PROTOCOL.md.)
func TTRPC() Layout {
	return Layout{LengthWidth: 4, LengthAdjust: 6, MaxMessage: 4<<20 + 10, Answer: ttrpcAnswer}
}

func ttrpcAnswer(header []byte) { header[8] = 2 }

// Postgres is PostgreSQL's protocol 3 behind the start-up: a tag, and a length
// that counts itself and what is behind it. A reply has its request's tag; a
// handler that needs another deals in raw messages and writes it there.
//
//	5a    00 00 00 05  49       ReadyForQuery, idle
//	'Z'   length 5     'I'
//
// The start-up packet has no tag: Layout{LengthWidth: 4, LengthAdjust: -4,
// Signed: true}. [PostgresConnection] has both. (PostgreSQL, "Message Formats".)
func Postgres() Layout {
	return Layout{LengthOffset: 1, LengthWidth: 4, LengthAdjust: -4, Signed: true}
}

// Kafka is the framing of Kafka's protocol: a signed length. The correlation id
// that ties a response to its request is part of the payload.
//
//	00 00 00 05  00 00 00 07  2a       a response to request 7
//
// MaxMessage is 100 MiB and the length, a broker's socket.request.max.bytes.
// (Kafka, "Protocol guide".)
func Kafka() Layout {
	return Layout{LengthWidth: 4, Signed: true, MaxMessage: 100<<20 + 4}
}

// Thrift is Thrift's framed transport: a signed length. The sequence id is part
// of the payload.
//
// MaxMessage is 16,384,000 bytes and the length, the libraries' default.
// (Thrift, "Thrift RPC", "Framed vs. unframed transport".)
func Thrift() Layout {
	return Layout{LengthWidth: 4, Signed: true, MaxMessage: 16_384_000 + 4}
}

// GRPC is the framing of messages inside gRPC's HTTP/2 DATA: a flag, 1 for a
// compressed message, and the length. A reply has its request's flag.
//
//	00    00 00 00 02  0a 00
//	flag  length 2     message
//
// MaxMessage is 4 MiB and the header, what a client takes by default. (gRPC
// over HTTP/2, "Length-Prefixed-Message".)
func GRPC() Layout {
	return Layout{LengthOffset: 1, LengthWidth: 4, MaxMessage: 4<<20 + 5}
}

// Docker is the framing of attached containers without a terminal: the stream
// (0 stdin, 1 stdout, 2 stderr), three zeros, the length. A reply has its
// request's stream; one that nobody asked for, stdin.
//
//	01 00 00 00  00 00 00 03  68 69 0a
//	stdout       length 3     hi\n
//
// (Docker Engine API, "Attach to a container", "Stream format".)
func Docker() Layout {
	return Layout{LengthOffset: 4, LengthWidth: 4}
}
