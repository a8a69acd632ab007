package kvfault

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// editedRenderer is what edited needs of a protocol: the generator notes it,
// and no fault of this package applies where it is missing.
type editedRenderer interface {
	valueAt(reply []byte) (int, error)
}

// An edit changes a reply, whose value's length is at an offset, and seals it.
type edit func(request, reply []byte, valueAt int) ([]byte, error)

// edited is R with its reply changed.
func edited(by edit) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p editedRenderer, request, reply []byte) ([]byte, error) {
			at, err := p.valueAt(reply)
			if err != nil {
				return nil, err
			}
			return by(request, bytes.Clone(reply), at)
		})
	}
}

func otherShard(_, reply []byte, _ int) ([]byte, error) {
	reply[shardAt] = (reply[shardAt] + 1) % 16
	return resum(reply), nil
}

func nextID(_, reply []byte, _ int) ([]byte, error) {
	binary.BigEndian.PutUint32(reply[idAt:], binary.BigEndian.Uint32(reply[idAt:])+1)
	return resum(reply), nil
}

func otherKey(_, reply []byte, valueAt int) ([]byte, error) {
	reply[valueAt-1] ^= 1
	return resum(reply), nil
}

// stale is what a replica replies that has not seen the last change.
func stale(request, reply []byte, valueAt int) ([]byte, error) {
	seen := binary.BigEndian.Uint64(request[revisionAt:])
	switch {
	case request[operationAt] != 1:
		return nil, faultdaemon.NotFired("this is no get")
	case seen == 0:
		return nil, faultdaemon.NotFired("the client has seen no revision yet: none is older")
	}
	binary.BigEndian.PutUint64(reply[revisionAt:], seen-1)
	const value = "stale"
	binary.BigEndian.PutUint32(reply[valueAt:], uint32(len(value)))
	return seal(append(reply[:valueAt+4], value...)), nil
}

func nextVersion(_, reply []byte, _ int) ([]byte, error) {
	reply[versionAt]++
	return resum(reply), nil
}

func otherSum(_, reply []byte, _ int) ([]byte, error) {
	reply[headerSize-1] ^= 1
	return reply, nil
}

func countingHeader(_, reply []byte, _ int) ([]byte, error) {
	binary.BigEndian.PutUint32(reply[lengthAt:], uint32(len(reply)))
	return resum(reply), nil
}

func longerValue(_, reply []byte, valueAt int) ([]byte, error) {
	binary.BigEndian.PutUint32(reply[valueAt:], uint32(len(reply)-valueAt-4+1))
	return resum(reply), nil
}

// swap writes the replies to two requests in the wrong order. hold, a Duration
// parameter, is how long it waits for the second.
func swap(hold string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		first, err := faultdaemon.Response(e)
		if err != nil {
			return err
		}
		next, err := e.Next(e.Arg(hold).Duration())
		if err != nil {
			return faultdaemon.NotFired(fmt.Sprintf("no second request to swap with: %v", err))
		}
		second, err := next.Response()
		if err != nil {
			return err
		}
		_, err = e.Write(slices.Concat(second, first))
		return err
	}
}
