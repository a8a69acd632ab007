package stdio

import (
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
