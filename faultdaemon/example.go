package faultdaemon

import "time"

// An Example is what one client sees of a fault, written by hand as a
// statement that is independent of the fault's behaviour. Generated table
// tests run it in memory in virtual time and, where real time allows, over a
// Unix socket and TCP.
type Example struct {
	// With holds the fault's arguments, "7, reset"; empty for none.
	With string

	// Send is what the client writes once it is connected, in one write.
	// Reply is R, what the handler returns for each request.
	Send, Reply string

	// Got is every byte that the client reads until Then.
	Got string

	// After is the virtual time from Send to the last byte that the client
	// reads or, where no byte comes, to the end. It is exact.
	After time.Duration

	// Then is what the client's next read reports.
	Then End

	// Calls is how many of the requests in Send the daemon reads and records.
	// 0 stands for one, NoCalls for none.
	Calls int

	// Conns says which connection of the daemon this is, from 1: those
	// before it are opened first, stay idle and stay open. 0 is 1.
	Conns int

	// Writes is how many writes the daemon makes for Got; 0 is not looked at.
	Writes int

	// Stderr is every byte that the process writes to stderr until Then, where
	// the server is a process that the client has spawned.
	Stderr string

	// Status is how that process has ended by Then, "exit 1" or "signal KILL";
	// empty where it is alive. Its stdin is open until then.
	Status string

	// Fails is what fails on the client's side, and how: "start: ENOENT",
	// "write: EPIPE", "write: blocks" where it waits for ever.
	Fails string

	// Connect is the error of connect(2) that the client meets in the place of a
	// connection: "ENOENT". Send is then never written. What follows in More is
	// on connections of their own: each is tried again until it is not this
	// error any more, and After counts from the exchange before.
	Connect string

	// Shows is an event of the daemon's, by its Detail, that the example ends in:
	// for what a client can see only by looking at the socket's file.
	Shows string

	// Except says where the fault does not fire, and an event says why: "TCP",
	// "root" on a Unix socket, or "TCP, root". A client sees a healthy daemon there.
	Except string

	// Outlives is what the process is still alive after, "EOF" on its stdin or
	// "SIGTERM" after that, where a healthy one ends.
	Outlives string

	// Closes is a stream of the process that the client reads the end of, beside
	// stdout, which Then is about: "stderr".
	Closes string

	// Passed is every byte that reaches the upstream in the exchange, where the daemon is
	// in front of one.
	Passed string

	// Hex says that Send, Reply, Got, Passed and Stderr are hexadecimal, white space ignored.
	Hex bool

	// More are the next exchanges, in order, on the same connection or, where the
	// one before has ended that, on another one. They take With, Conns, Except and
	// Hex from the first.
	More []Example
}

// NoCalls is the [Example.Calls] of an example whose requests are never read.
const NoCalls = -1

// An End is what a client's read reports when no more bytes come.
type End uint8

const (
	// EndOpen: nothing. The connection stays, a read blocks until its deadline.
	EndOpen End = iota

	// EndEOF: a clean end of the stream.
	EndEOF

	// EndReset: a connection reset by the peer (ECONNRESET).
	EndReset
)

// String returns "open", "EOF" or "reset".
func (e End) String() string {
	switch e {
	case EndEOF:
		return "EOF"
	case EndReset:
		return "reset"
	}
	return "open"
}
