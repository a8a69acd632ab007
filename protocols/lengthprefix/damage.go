package lengthprefix

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Damage that is not in the value of the length. Each rendering is a function
// of the reply.

// empty is R with the reply cut down to a header whose length is 0.
func empty(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, emptyRenderer.empty)
}

// framed is R as it is, where its reply has a length.
func framed(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(p framedRenderer, _, reply []byte) ([]byte, error) {
		_, err := p.field(reply)
		return reply, err
	})
}

// headerOnly is R without what is behind the header of the reply.
func headerOnly(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(p headerOnlyRenderer, _, reply []byte) ([]byte, error) {
		n, err := p.headerOf(reply)
		if err == nil && n == len(reply) {
			err = faultdaemon.NotFired("there is nothing behind the reply's header")
		}
		return reply[:n], err
	})
}

// overLimit is R with the reply padded to one byte more than MaxMessage.
func overLimit(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(p overLimitRenderer, request, reply []byte) ([]byte, error) {
		return p.TooLarge(request, reply, p.limit()+1)
	})
}

// damaged is R with bit 0 of byte n behind the reply's header changed, n being
// an Int parameter, and sealed again.
func damaged(n string) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p damagedRenderer, _, reply []byte) ([]byte, error) {
			header, err := p.headerOf(reply)
			if err != nil {
				return nil, err
			}
			at := e.Arg(n).Int()
			if at >= int64(len(reply)-header) {
				return nil, faultdaemon.NotFired(fmt.Sprintf("the reply has %d bytes behind its header, no byte %d", len(reply)-header, at))
			}
			return p.flipped(reply, header+int(at))
		})
	}
}

// banner is what an HTTP server answers to what is no HTTP, byte for byte what
// Go's net/http sends.
func banner(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(bannerRenderer, []byte, []byte) ([]byte, error) {
		return []byte("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"), nil
	})
}

// headerOf returns the size of a reply's header; a reply that has none does
// not fire.
func (l Layout) headerOf(reply []byte) (int, error) {
	_, err := l.field(reply)
	return l.header(), err
}

func (l Layout) empty(_, reply []byte) ([]byte, error) {
	n, err := l.headerOf(reply)
	if err != nil {
		return nil, err
	}
	return l.declare(reply[:n], 0)
}

// flipped returns the reply with bit 0 of one byte changed, sealed. Where Seal
// makes up for that it does not fire.
func (l Layout) flipped(reply []byte, at int) ([]byte, error) {
	broken := bytes.Clone(reply)
	broken[at] ^= 1
	broken, err := l.sealed(broken)
	if err == nil && bytes.Equal(broken, reply) {
		err = faultdaemon.NotFired(fmt.Sprintf("Seal writes byte %d again", at))
	}
	return broken, err
}

func (l Layout) limit() int { return l.MaxMessage }

func (v Varint) headerOf(reply []byte) (int, error) {
	_, width := binary.Uvarint(reply)
	_, err := v.field(reply)
	return max(width, 0), err
}

func (v Varint) empty(_, _ []byte) ([]byte, error) { return []byte{0}, nil }

func (v Varint) flipped(reply []byte, at int) ([]byte, error) {
	broken := bytes.Clone(reply)
	broken[at] ^= 1
	return broken, nil
}

func (v Varint) limit() int { return v.MaxMessage }
