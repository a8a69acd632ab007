package stdio

import "bytes"

// What a process and its listener say to each other: lines of JSON. A process
// makes two connections to the listener's socket and says hello on each. On the
// first it is then given orders, and answers each when it is done. The second
// carries the bytes of stdin and stdout, and nothing else.
type (
	hello struct {
		Process string `json:"process"` // random, the same on both connections
		Role    role   `json:"role"`
	}

	order struct {
		Do   verb   `json:"do"`
		Name string `json:"name,omitempty"` // of a stream or a signal
		Code int    `json:"code,omitempty"` // to exit with
		Text []byte `json:"text,omitempty"` // to write, base64, again and again
		Size int    `json:"size,omitempty"` // how many bytes to write of that
	}

	answer struct {
		Error string `json:"error,omitempty"`
	}
)

// A role is what a connection is for.
type role string

const (
	roleOrders role = "orders"
	roleBytes  role = "bytes"
	roleHold   role = "hold" // of a process that only holds its stdout open; it ends with the connection
)

// A verb is what a process can be told.
type verb string

const (
	verbBegin  verb = "begin"  // read stdin and write stdout
	verbWrite  verb = "write"  // Text to stderr
	verbClose  verb = "close"  // the stream Name: stdin or stderr
	verbIgnore verb = "ignore" // Name: eof or sigterm
	verbExit   verb = "exit"   // with Code, when the connection has ended
	verbKill   verb = "kill"   // itself by the signal Name, when the connection has ended
	verbHold   verb = "hold"   // start a process that holds stdout open
)

// text is what a process is to write.
func (o order) text() []byte {
	if len(o.Text) == 0 {
		return nil
	}
	return bytes.Repeat(o.Text, o.Size/len(o.Text)+1)[:o.Size]
}
