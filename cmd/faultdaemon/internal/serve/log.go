package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
)

// A logFile is where events are written as NDJSON.
type logFile struct {
	w        io.Writer
	file     *os.File   // nil for what is not ours to close
	followed chan error // what became of follow; nil when there was none
}

// openLog opens a file to append to, made for the user alone (0600) where there
// is none. "-" is stdout; "" is no log, which is nil.
func openLog(name string, stdout io.Writer) (*logFile, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return &logFile{w: stdout}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the log: %w", err)
	}
	return &logFile{w: file, file: file}, nil
}

// follow writes the events until the feed is closed. That it fails ends all.
func (l *logFile) follow(feed *control.Feed, end context.CancelCauseFunc) {
	if l == nil {
		return
	}
	l.followed = make(chan error, 1)
	go func() {
		err := feed.Copy(context.Background(), l.w, true)
		if err != nil {
			err = fmt.Errorf("cannot write the log: %w", err)
			end(nil) // close has the error
		}
		l.followed <- err
	}()
}

// close waits until the last event is written, but not for ever for somebody to
// read it.
func (l *logFile) close() (err error) {
	if l == nil {
		return nil
	}
	if l.followed != nil {
		select {
		case err = <-l.followed:
		case <-time.After(lastReplies):
			err = errors.New("the last events are not in the log: nobody reads it")
		}
	}
	if l.file != nil {
		err = errors.Join(err, l.file.Close())
	}
	return err
}
