package kvfault

import (
	"encoding/hex"
	"strings"
)

// Sample returns a request and its reply, which a command shows faults on: a get
// by a client that has seen revision 5.
func (KV) Sample() (request, reply []byte) { return unhex(get2), unhex(got2) }

// unhex decodes bytes as they are written in this package's examples.
func unhex(text string) []byte {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err) // it is a constant
	}
	return raw
}
