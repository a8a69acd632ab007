// Package server is the notes daemon: it keeps notes in memory, as long as it
// runs, and serves them to any number of clients. Package wire says what they
// speak.
package server

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// keptKeys is how many keys are remembered, the newest. It is far more than a
// client repeats a request before it gives up.
const keptKeys = 1024

// room is how many bytes of a list's reply are left for notes.
const room = wire.MaxLine - 256

// Notes are the notes of one daemon. The zero value has none. They may be used
// concurrently.
type Notes struct {
	mu    sync.Mutex
	texts []string
	size  int // of the texts in a list's reply at most, in bytes

	done map[string][sha256.Size]byte // what was added, by key
	keys []string                     // in order of their use
}

// List returns all notes, oldest first.
func (n *Notes) List() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string{}, n.texts...)
}

// Add keeps more notes, all or none. With a key that was used for the same
// notes before, they are there and nothing is done; one that was used for
// others is an error. The empty key is none. Notes for which a list's reply has
// no room are an error.
func (n *Notes) Add(key string, texts ...string) error {
	encoded, err := wire.Encode(texts)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(encoded)
	n.mu.Lock()
	defer n.mu.Unlock()
	before, used := n.done[key]
	switch {
	case used && before == sum:
		return nil
	case used:
		return fmt.Errorf("the key %.40q was used for other notes", key)
	case n.size+len(encoded) > room:
		return fmt.Errorf("there is no room for more notes: all together are %d bytes at most", room)
	}
	n.texts = append(n.texts, texts...)
	n.size += len(encoded)
	if key != "" {
		n.remember(key, sum)
	}
	return nil
}

// remember keeps a key and forgets the oldest of too many.
func (n *Notes) remember(key string, sum [sha256.Size]byte) {
	if n.done == nil {
		n.done = make(map[string][sha256.Size]byte)
	}
	if len(n.keys) == keptKeys {
		delete(n.done, n.keys[0])
		n.keys = slices.Delete(n.keys, 0, 1)
	}
	n.done[key] = sum
	n.keys = append(n.keys, key)
}
