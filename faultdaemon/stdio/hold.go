package stdio

import (
	"io"
	"os"
	"os/exec"
)

// HoldVariable, in its environment, makes a process that calls Connect one that only
// holds its stdout open. It is the path of the daemon's socket.
const HoldVariable = "FAULTDAEMON_HOLD"

// startHolder starts this program once more, to hold stdout and stderr open.
func (p *Process) startHolder() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), HoldVariable+"="+p.path)
	p.lend.Lock()
	defer p.lend.Unlock()
	cmd.Stdout, cmd.Stderr = p.stdout, p.stderr
	return cmd.Start()
}

// hold ends this process when nobody reads stdout any more, or when the daemon's
// listener closes.
func hold(path string) {
	over := make(chan struct{}, 2)
	await := func(wait func() bool) {
		if wait() {
			over <- struct{}{}
		}
	}
	c, err := dial(path, hello{Role: roleHold})
	if err == nil {
		go await(func() bool { _, _ = io.Copy(io.Discard, c); return true })
	}
	go await(func() bool { return awaitReaderGone(os.Stdout, os.Stdin) || err != nil })
	<-over
	exit(0)
}
