package faulttest

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// socketVariable is the environment variable by which the processes of a run are
// told from others, with its socket's path.
const socketVariable = "FAULTDAEMON_SOCKET"

// processLeak is what a leak begins with that is a process, before its command line.
const processLeak = "process: "

// descriptorLeak is what a leak begins with that is an open descriptor.
const descriptorLeak = "descriptor: "

// asServer runs the client once, on the real clock, with a command whose processes
// join a daemon of their own. It may be called concurrently. An error says why there
// was no daemon.
func asServer(c starter, command []string, cfg faultdaemon.Config, opts Options) (*observation, error) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	started := processes{socket: filepath.Join(dir, "s")}
	l, err := stdio.Listen(started.socket, command...)
	if err != nil {
		return nil, err
	}
	d := faultdaemon.New("", cfg)
	if err := d.StartOn(l); err != nil {
		return nil, err
	}
	defer started.end()
	server := exec.Command(l.Command()[0], l.Command()[1:]...) // what a fault of the listen stage has made of it
	server.Env = append(os.Environ(), socketVariable+"="+started.socket)
	client := func(ctx context.Context, _ Dialer) (any, error) { return c(ctx, server) }

	o, label := new(observation), rand.Text()
	o.drive(labelled(client, label), d, nil, opts.Deadline, realGrace, func() {
		if !o.Hung {
			o.Leaks = started.left(realLinger)
		}
		started.end() // a client that hangs may wait for them
	})
	if !o.Hung {
		o.Leaks = append(o.Leaks, stillThere(label, realLinger)...)
	}
	o.Observe(d) // with what was under way when the client returned
	o.Spawned, o.Evidence = true, l.Evidence()
	return o, nil
}
