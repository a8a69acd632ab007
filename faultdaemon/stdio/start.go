package stdio

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// listenerOf returns the listener for processes that clients spawn.
func listenerOf(e *faultdaemon.Exchange) (*Listener, error) {
	if l, ok := e.Listener().(*Listener); ok {
		return l, nil
	}
	return nil, faultdaemon.NotFired("the daemon is not one that clients spawn")
}

// Missing makes the command that the client spawns one that is not there.
func Missing(e *faultdaemon.Exchange) error {
	l, err := listenerOf(e)
	if err != nil {
		return err
	}
	l.Missing()
	e.Acted("the command is a path where nothing is")
	return nil
}

// NotExecutable makes the command that the client spawns a file that nobody may
// execute.
func NotExecutable(e *faultdaemon.Exchange) error {
	l, err := listenerOf(e)
	if err != nil {
		return err
	}
	if err := l.NotExecutable(); err != nil {
		return err
	}
	e.Acted("the command is a file without the permission to execute it")
	return nil
}

// Missing makes the command one that is not there: a client's start fails with
// ENOENT.
func (l *Listener) Missing() { l.replace(filepath.Join(filepath.Dir(l.path), "missing-server")) }

// NotExecutable makes the command a file that nobody may execute: a client's start
// fails with EACCES.
func (l *Listener) NotExecutable() error {
	file := filepath.Join(filepath.Dir(l.path), "server-without-permission")
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err == nil {
		if err := f.Close(); err != nil {
			return err
		}
		l.mu.Lock()
		l.made = file
		l.mu.Unlock()
	}
	l.replace(file)
	return nil
}

func (l *Listener) replace(program string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.command[0] = program
}
