// Package stdio connects a daemon to clients that spawn their server and speak
// over its stdin and stdout: MCP hosts, editors with language servers, debuggers.
//
// The client is given a command, [Listener.Command]. The process that it starts
// calls [Join], which carries stdin to the daemon and what the daemon writes to
// stdout, byte for byte. The end of stdin is a half-close where it comes within
// 100 ms of its first byte, as from a pipeline that sends all it has; later it is the
// client's leaving, and hangs end with it. The daemon's EOF closes stdout; when the connection has
// ended the process exits with status 0, or as a fault has told it to; a reset
// ends it by SIGKILL. So every fault acts as it does over a socket, and the
// [Faults] of this package do what only processes can: exit, be killed, flood
// stderr, outlive their client.
//
//	l, err := stdio.Listen(path, "faultdaemon", "stdio")
//	...
//	d := faultdaemon.New("", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{stdio.Faults}})
//	err = d.StartOn(l)
//	cmd := exec.Command(l.Command()[0], l.Command()[1:]...) // what the client starts
package stdio
