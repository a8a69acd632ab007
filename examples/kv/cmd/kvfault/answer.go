package main

import (
	"bytes"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
)

// answer is a kvd that holds colour=red, and nothing else for any request: no
// run of a client sees what another has put.
func answer(request []byte) []byte {
	message, err := kv.ReadMessage(bytes.NewReader(request))
	if err != nil {
		panic(err) // the daemon ends the connection and keeps this as an event
	}
	var store kvd.Store
	store.Answer(kv.Message{Operation: kv.Put, Shard: kv.Shard("colour"), Key: "colour", Value: []byte("red")})
	reply, err := store.Answer(message).Bytes()
	if err != nil {
		panic(err)
	}
	return reply
}
