package memnet

const (
	// smallest is the size that a ring starts with.
	smallest = 512
	// kept is the largest size that an empty ring keeps for the next bytes.
	kept = 32 << 10
)

// ring is a queue of up to limit bytes that is as large as the bytes in it
// demand. With a limit, the zero value is empty and holds no memory.
type ring struct {
	limit int
	buf   []byte
	start int // where the first byte is
	count int // how many there are; they wrap around at the end of buf
}

func (r *ring) len() int { return r.count }

// room is 0 as well for a ring that held more when its limit was set.
func (r *ring) room() int { return max(0, r.limit-r.count) }

// write appends as much of p as there is room for and returns how much.
func (r *ring) write(p []byte) int {
	p = p[:min(len(p), r.room())]
	if len(p) == 0 {
		return 0
	}
	r.grow(r.count + len(p))
	end := r.start + r.count
	if end >= len(r.buf) {
		end -= len(r.buf)
	}
	n := copy(r.buf[end:], p)
	copy(r.buf, p[n:])
	r.count += len(p)
	return len(p)
}

// read removes up to len(p) bytes from the front and returns how many. A ring
// that it empties gives up what is larger than a modest size.
func (r *ring) read(p []byte) int {
	n := r.peek(p)
	r.count -= n
	r.start += n
	if r.start >= len(r.buf) {
		r.start -= len(r.buf)
	}
	if r.count == 0 {
		r.start = 0
		if len(r.buf) > kept {
			r.release()
		}
	}
	return n
}

// peek copies up to len(p) bytes from the front and returns how many.
func (r *ring) peek(p []byte) int {
	p = p[:min(len(p), r.count)]
	n := copy(p, r.buf[r.start:])
	copy(p[n:], r.buf)
	return len(p)
}

// grow makes the ring hold size bytes, twice what it held or more, so that the
// copying stays in proportion to the bytes that pass.
func (r *ring) grow(size int) {
	if size <= len(r.buf) {
		return
	}
	larger := make([]byte, min(max(size, 2*len(r.buf), smallest), r.limit))
	r.peek(larger)
	r.buf, r.start = larger, 0
}

// release empties the ring and gives up its memory.
func (r *ring) release() { *r = ring{limit: r.limit} }
