package lengthprefix_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxPayload is the longest payload that the client reads.
const maxPayload = 1 << 20

// A wire puts payloads into messages and takes them out. All of them
//
//   - look at everything in a header before they believe its length: a magic
//     number, a type, a sign. What says which call a reply is for is returned,
//     0 where the header has nothing of the kind;
//   - hold the length to maxPayload before they take memory for it;
//   - read a message that is cut short as an io.ErrUnexpectedEOF. An io.EOF is
//     an end of the stream between two messages.
type wire interface {
	frame(id uint32, payload []byte) []byte
	read(r *bufio.Reader) (id uint32, payload []byte, err error)
}

// readHeader reads a header of a fixed size.
func readHeader(r *bufio.Reader, size int) ([]byte, error) {
	header := make([]byte, size)
	_, err := io.ReadFull(r, header)
	return header, err
}

// readPayload reads as many bytes as a header announces.
func readPayload(r *bufio.Reader, size uint64) ([]byte, error) {
	if size > maxPayload {
		return nil, fmt.Errorf("a payload of %d bytes, %d are allowed", size, maxPayload)
	}
	payload := make([]byte, size)
	_, err := io.ReadFull(r, payload)
	if errors.Is(err, io.EOF) { // there was a header
		err = io.ErrUnexpectedEOF
	}
	return payload, err
}

// ttrpc is containerd's: the length of the data, the stream, the type
// (1 request, 2 response), flags.
//
//	00 00 00 02  00 00 00 01  02  00  7b 7d
type ttrpc struct{}

func (ttrpc) frame(id uint32, payload []byte) []byte {
	message := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	message = binary.BigEndian.AppendUint32(message, id)
	return append(append(message, 1, 0), payload...)
}

func (ttrpc) read(r *bufio.Reader) (uint32, []byte, error) {
	header, err := readHeader(r, 10)
	if err != nil {
		return 0, nil, err
	}
	if header[8] != 2 || header[9] != 0 {
		return 0, nil, fmt.Errorf("a response with the header % x", header)
	}
	payload, err := readPayload(r, uint64(binary.BigEndian.Uint32(header)))
	return binary.BigEndian.Uint32(header[4:]), payload, err
}

// i3 is that of i3 and sway: a magic number, the length of the payload, a
// type, in the machine's byte order.
//
//	69 33 2d 69 70 63  02 00 00 00  04 00 00 00  7b 7d
type i3 struct{}

const i3Type = 4

func (i3) frame(_ uint32, payload []byte) []byte {
	message := binary.NativeEndian.AppendUint32([]byte("i3-ipc"), uint32(len(payload)))
	return append(binary.NativeEndian.AppendUint32(message, i3Type), payload...)
}

func (i3) read(r *bufio.Reader) (uint32, []byte, error) {
	header, err := readHeader(r, 14)
	if err != nil {
		return 0, nil, err
	}
	if magic := header[:6]; string(magic) != "i3-ipc" {
		return 0, nil, fmt.Errorf("a message that begins with %q", magic)
	}
	if kind := binary.NativeEndian.Uint32(header[10:]); kind != i3Type {
		return 0, nil, fmt.Errorf("a reply of the type %d, not %d", kind, i3Type)
	}
	payload, err := readPayload(r, uint64(binary.NativeEndian.Uint32(header[6:])))
	return 0, payload, err
}

// postgres is PostgreSQL's: a tag, and a signed length that counts itself.
//
//	51  00 00 00 06  7b 7d
type postgres struct{}

func (postgres) frame(_ uint32, payload []byte) []byte {
	message := binary.BigEndian.AppendUint32([]byte{'Q'}, uint32(4+len(payload)))
	return append(message, payload...)
}

func (postgres) read(r *bufio.Reader) (uint32, []byte, error) {
	header, err := readHeader(r, 5)
	if err != nil {
		return 0, nil, err
	}
	size := int32(binary.BigEndian.Uint32(header[1:]))
	if header[0] != 'Q' || size < 4 {
		return 0, nil, fmt.Errorf("a message with the header % x", header)
	}
	payload, err := readPayload(r, uint64(size-4))
	return 0, payload, err
}

// varint is that of Protocol Buffers' delimited messages: a length of 7 bits a
// byte, lowest first.
//
//	02  7b 7d
type varint struct{}

func (varint) frame(_ uint32, payload []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(payload))), payload...)
}

// read leaves it to ReadUvarint to refuse more than 64 bits, and to tell an end
// of the stream inside a length.
func (varint) read(r *bufio.Reader) (uint32, []byte, error) {
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, nil, err
	}
	payload, err := readPayload(r, size)
	return 0, payload, err
}
