package ownprotocol

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Garbage is what corrupt_response needs. The header is right, checksum
// included, so that the client has to look at the body.
func (p KV) Garbage(_, _ []byte) ([]byte, error) { return p.Frame([]byte("\x00\xfe\xff")) }

// TooLarge is what response_too_large needs. Spaces at the end mean nothing to
// this protocol.
func (p KV) TooLarge(_, reply []byte, size int) ([]byte, error) {
	if len(reply) < headerSize {
		return nil, faultdaemon.NotFired("the handler's reply has no header")
	}
	body := bytes.Clone(reply[headerSize:])
	for len(body) < size-headerSize {
		body = append(body, ' ')
	}
	return p.Frame(body)
}

// Catalogue brings the faults that only this protocol can have.
func (KV) Catalogue() *faultdaemon.Catalogue { return faults }

// FaultWrongVersion replies in a version that the client does not know.
const FaultWrongVersion faultdaemon.Fault = "kv_wrong_version"

var faults = faultdaemon.MustCatalogue(faultdaemon.Info{
	Name:    FaultWrongVersion,
	Stage:   faultdaemon.StageRespond,
	Summary: "writes the response as version 2 of the protocol.",
	Tests:   "that the version is looked at before what follows is believed.",
	Client:  faultdaemon.Rejects,
	Do:      faultdaemon.Send(wrongVersion),
})

// wrongVersion is the reply with another version in its header.
func wrongVersion(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(_ KV, _, reply []byte) ([]byte, error) {
		if len(reply) < headerSize {
			return nil, faultdaemon.NotFired("the handler's reply has no header")
		}
		other := bytes.Clone(reply)
		other[2] = 2
		return other, nil
	})
}
