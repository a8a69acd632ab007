// Package kvd is the daemon that package kv is the client of: it keeps values
// in memory.
package kvd

import (
	"fmt"
	"sync"

	"github.com/faultdaemon/toolkit/examples/kv"
)

// A Store holds keys and values. The zero Store is empty. It may be used
// concurrently.
type Store struct {
	mu       sync.Mutex
	revision uint64 // counts the changes
	shards   [kv.Shards]map[string][]byte
}

// Answer does what a request asks for and returns the reply.
func (s *Store) Answer(request kv.Message) kv.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply := kv.Message{IsReply: true, Operation: request.Operation, ID: request.ID, Shard: request.Shard, Key: request.Key}
	if reason := s.refusal(request); reason != "" {
		reply.Status, reply.Value = kv.Refused, []byte(reason)
	} else {
		reply.Status, reply.Value = s.do(request)
	}
	reply.Revision = s.revision
	return reply
}

// refusal returns why a request is not done, "" when it is.
func (s *Store) refusal(request kv.Message) string {
	switch right := kv.Shard(request.Key); {
	case request.IsReply:
		return "this is no request"
	case request.Shard != right:
		return fmt.Sprintf("the key belongs to shard %d, not to %d", right, request.Shard)
	case request.Revision > s.revision:
		return fmt.Sprintf("this is revision %d, and you have seen %d", s.revision, request.Revision)
	}
	return ""
}

func (s *Store) do(request kv.Message) (kv.Status, []byte) {
	keys := s.shards[request.Shard]
	if keys == nil {
		keys = make(map[string][]byte)
		s.shards[request.Shard] = keys
	}
	value, found := keys[request.Key]
	switch {
	case request.Operation == kv.Put:
		keys[request.Key] = request.Value
		s.revision++
	case !found:
		return kv.NoKey, nil
	case request.Operation == kv.Delete:
		delete(keys, request.Key)
		s.revision++
	default:
		return kv.Done, value
	}
	return kv.Done, nil
}
