package faultdaemon

import "syscall"

// Found is what clients find where they look for the daemon while it does not
// listen there.
type Found string

const (
	// FoundNothing: no file (ENOENT); on TCP nobody listens (ECONNREFUSED).
	FoundNothing Found = "nothing"

	// FoundStale: the file of a socket that nobody listens on, or a port
	// (ECONNREFUSED).
	FoundStale Found = "a socket that nobody listens on"

	// FoundBooting: a socket that a daemon has made and does not listen on yet
	// (ECONNREFUSED).
	FoundBooting Found = "a socket that nobody listens on yet"

	// FoundFile: a regular file (ECONNREFUSED on Linux).
	FoundFile Found = "a regular file"

	// FoundDirectory: a directory (ECONNREFUSED on Linux).
	FoundDirectory Found = "a directory"

	// FoundLink: a symbolic link to nothing (ENOENT).
	FoundLink Found = "a symbolic link to nothing"

	// FoundForbidden: a socket that listens, and that the client may not
	// connect to (EACCES).
	FoundForbidden Found = "a socket without permission"

	// FoundFull: a socket that listens and accepts nobody, whose backlog is
	// full: EAGAIN where a connect does not wait, as that of package net does
	// not; else it waits for ever. On TCP nothing answers.
	FoundFull Found = "a socket whose backlog is full"
)

// errno is what connect(2) on a Unix socket says of it on Linux.
func (f Found) errno() syscall.Errno {
	switch f {
	case FoundNothing, FoundLink:
		return syscall.ENOENT
	case FoundForbidden:
		return syscall.EACCES
	case FoundFull:
		return syscall.EAGAIN
	}
	return syscall.ECONNREFUSED
}
