//go:build unix

package stdio

import (
	"os"
	"os/signal"
	"syscall"
)

// ignorePipeSignals makes writes to closed pipes errors: on stdout and stderr the
// runtime would end the process.
func ignorePipeSignals() { signal.Ignore(syscall.SIGPIPE) }

// pollable returns a file whose Close ends a Read, where it is a pipe or a socket,
// whose reading end nobody shares with this process.
func pollable(f *os.File) *os.File {
	info, err := f.Stat()
	if err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return f
	}
	if syscall.SetNonblock(int(f.Fd()), true) != nil {
		return f
	}
	return os.NewFile(f.Fd(), f.Name())
}

// kill ends this process by a signal. A shell does it in its place: the runtime of
// Go has handlers of its own for some, and exits with a status instead.
func kill(name string) {
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "ulimit -c 0; kill -s " + name + " $$"}, nil)
	os.Exit(1) // there is no shell
}
