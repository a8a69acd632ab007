package memnet

// PipeBuffer is the number of bytes that a pipe on Linux holds by default.
const PipeBuffer = 64 << 10

// AsPipes makes each direction of the connection what a pipe is: it holds
// [PipeBuffer] bytes, and a Write that waits for room fails with EPIPE when the
// peer shuts its read side. What is under way stays, even if it is more.
func (c *Conn) AsPipes() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range [...]*Conn{c, c.peer} {
		end.in.limit, end.piped = PipeBuffer, true
	}
	c.wake()
}
