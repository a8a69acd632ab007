package faultdaemon

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// RPCCall is one request that the daemon read.
type RPCCall struct {
	Request   []byte    // the message as it came, framing included
	Timestamp time.Time // when it was whole, to the nanosecond
}

// callLog keeps every request in order of arrival. Requests lie one behind
// the other in chunks and are found by index entries without pointers, so that
// adding one costs no allocation but now and then a chunk, and the collector
// has nothing to look through.
type callLog struct {
	added signal

	mu      sync.Mutex
	blocks  [][]callEntry
	chunks  [][]byte
	limit   int   // how many are kept; 0: all
	kept    int   // how many are
	first   int   // where in the first block the oldest is
	freed   int   // how many chunks were let go of
	dropped int64 // how many calls were
}

type callEntry struct {
	at          int64 // Unix time in nanoseconds
	chunk       int32 // counting those that were let go of
	start, size int32
}

// Chunks and blocks begin small and double up to these sizes.
const (
	firstChunk, lastChunk = 512, 64 << 10 // bytes
	firstBlock, lastBlock = 16, 4096      // entries
)

// add copies a request into the log and returns the copy, which is never
// written to again and so can be kept, but not changed.
func (l *callLog) add(now time.Time, request []byte) []byte {
	l.mu.Lock()
	chunk, start := l.put(request)
	logged := l.chunks[chunk][start:len(l.chunks[chunk]):len(l.chunks[chunk])]
	block := len(l.blocks) - 1
	if block < 0 || len(l.blocks[block]) == cap(l.blocks[block]) {
		size := firstBlock
		if block >= 0 {
			size = min(2*cap(l.blocks[block]), lastBlock)
		}
		l.blocks = append(l.blocks, make([]callEntry, 0, size))
		block++
	}
	l.blocks[block] = append(l.blocks[block], callEntry{
		at: now.UnixNano(), chunk: int32(l.freed + chunk), start: int32(start), size: int32(len(request)),
	})
	l.kept++
	l.trim()
	l.mu.Unlock()
	l.added.broadcast()
	return logged
}

// put copies a request into a chunk and returns the chunk's number and where in it the
// request is. One that is as long as a chunk has one to itself.
func (l *callLog) put(request []byte) (chunk, start int) {
	size, last := len(request), len(l.chunks)-1
	if size >= lastChunk {
		l.chunks = append(l.chunks, bytes.Clone(request))
		return last + 1, 0
	}
	if last < 0 || cap(l.chunks[last])-len(l.chunks[last]) < size {
		grown := firstChunk
		if last >= 0 {
			grown = min(2*cap(l.chunks[last]), lastChunk)
		}
		l.chunks = append(l.chunks, make([]byte, 0, max(size, grown)))
		last++
	}
	start = len(l.chunks[last])
	l.chunks[last] = append(l.chunks[last], request...)
	return last, start
}

// trim lets go of the oldest calls beyond the limit, and of the blocks and
// chunks that hold no other.
func (l *callLog) trim() {
	for l.limit > 0 && l.kept > l.limit {
		l.kept--
		l.dropped++
		if l.first++; l.first == len(l.blocks[0]) {
			l.first, l.blocks = 0, l.blocks[1:]
		}
		if oldest := int(l.blocks[0][l.first].chunk) - l.freed; oldest > 0 {
			l.chunks = l.chunks[oldest:]
			l.freed += oldest
		}
	}
}

// keep sets how many calls are kept, the newest; 0 is all.
func (l *callLog) keep(limit int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = limit
	l.trim()
}

// count returns how many calls were added, those that were dropped included.
func (l *callLog) count() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(l.kept) + l.dropped
}

// GetCalls returns every request since New or the last ResetCalls, in order of
// arrival, whatever the daemon did about it; of more than Config.MaxCalls, the
// newest. The copy is deep.
func (d *FaultDaemon) GetCalls() []RPCCall {
	l := &d.calls
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := make([]RPCCall, 0, l.kept)
	first := l.first
	for _, block := range l.blocks {
		for _, e := range block[first:] {
			calls = append(calls, RPCCall{
				Request:   bytes.Clone(l.chunks[int(e.chunk)-l.freed][e.start : e.start+e.size]),
				Timestamp: time.Unix(0, e.at),
			})
		}
		first = 0
	}
	return calls
}

// ResetCalls forgets every request.
func (d *FaultDaemon) ResetCalls() {
	d.calls.mu.Lock()
	defer d.calls.mu.Unlock()
	l := &d.calls
	l.blocks, l.chunks = nil, nil
	l.kept, l.first, l.freed, l.dropped = 0, 0, 0, 0
}

// WaitForCalls waits until n requests or more were recorded since New or the
// last ResetCalls. When ctx ends
// first, the error says how many there are and wraps ctx's.
func (d *FaultDaemon) WaitForCalls(ctx context.Context, n int) error {
	return d.calls.added.await(ctx, "calls", n, d.calls.count)
}
