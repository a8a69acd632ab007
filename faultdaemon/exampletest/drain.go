package exampletest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// A drain reads all that a process writes to its stderr, so that it never blocks.
type drain struct {
	file    *os.File
	ended   chan struct{} // closed at EOF
	changed chan struct{} // has room for one: something was read

	mu   sync.Mutex
	text []byte
}

func newDrain(f *os.File) *drain {
	d := &drain{file: f, ended: make(chan struct{}), changed: make(chan struct{}, 1)}
	go func() {
		defer close(d.ended)
		_, _ = io.Copy(d, f) // however it ends
	}()
	return d
}

// Write keeps what was read.
func (d *drain) Write(p []byte) (int, error) {
	d.mu.Lock()
	d.text = append(d.text, p...)
	d.mu.Unlock()
	select {
	case d.changed <- struct{}{}:
	default: // who waits will look anyway
	}
	return len(p), nil
}

func (d *drain) read() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.Clone(d.text)
}

// await returns what was read, when it is n bytes or the end, or after some time.
func (d *drain) await(n int, within time.Duration) []byte {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		text := d.read()
		if len(text) >= n {
			return text
		}
		select {
		case <-d.changed:
		case <-d.ended:
			return d.read()
		case <-timer.C:
			return text
		}
	}
}

// end stops reading. It is an error when a process still has the other end.
func (d *drain) end() (err error) {
	if !await(d.ended, clientWait) {
		err = errors.New("the process has ended, the daemon has stopped, and another process still holds stderr open")
	}
	_ = d.file.Close()
	<-d.ended
	return err
}
