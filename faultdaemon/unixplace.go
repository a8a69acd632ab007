package faultdaemon

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// unixPlace is the path of a Unix socket.
type unixPlace struct {
	path     string
	listener *socketListener // that is served; nil while nobody listens
	left     fs.FileInfo     // what leave has put at the path
	found    Found           // what that is
	removed  func(string)    // is told what a client has removed
	open     []io.Closer     // what it needs to stay open
}

func (p *unixPlace) addr() net.Addr { return &net.UnixAddr{Net: "unix", Name: p.path} }

func (p *unixPlace) listen() (net.Listener, error) {
	if p.listener != nil {
		return nil, nil
	}
	if err := p.clear(); err != nil {
		return nil, err
	}
	l, err := listenUnix(p.path)
	if err != nil {
		return nil, err
	}
	p.listener = l.(*socketListener) // listenUnix returns no other
	return l, nil
}

// leave puts what is to be found at the path.
func (p *unixPlace) leave(f Found) error {
	if reason := p.cannot(f); reason != nil {
		return reason
	}
	if p.listener != nil && f == FoundStale {
		p.removed(removedFrom(p.path, aLiveSocket, p.listener.made))
		p.left, p.found, p.listener.made = p.listener.made, f, nil // the same file stays
		err := p.listener.Close()
		p.listener = nil
		return err
	}
	if err := p.free(); err != nil {
		return err
	}
	p.found = f
	put := map[Found]func() error{
		FoundNothing:   func() error { return nil },
		FoundStale:     p.putStale,
		FoundBooting:   p.putStale,
		FoundFile:      p.putFile,
		FoundDirectory: func() error { return os.Mkdir(p.path, 0o700) },
		FoundLink:      func() error { return os.Symlink(filepath.Base(p.path)+".missing", p.path) },
		FoundForbidden: p.putForbidden,
		FoundFull:      p.putFull,
	}
	if err := put[f](); err != nil {
		return err
	}
	p.left, _ = os.Lstat(p.path) // nil where nothing is there
	return nil
}

// cannot returns why something cannot be found here, or nil.
func (p *unixPlace) cannot(f Found) error {
	switch {
	case abstract(p.path) && f != FoundNothing && f != FoundFull:
		return NotFired("an abstract socket has no file")
	case f == FoundForbidden && os.Geteuid() == 0:
		return NotFired("root may connect whatever the mode of a socket says: run it as another user")
	}
	return nil
}

// free makes the path one where nothing is.
func (p *unixPlace) free() error {
	if p.listener == nil && p.left == nil { // the first that is done here
		l, err := p.listen()
		if err != nil {
			return err
		}
		p.listener = l.(*socketListener)
	}
	return p.clear()
}

func (p *unixPlace) putStale() error {
	l, err := bind(p.path)
	if err != nil {
		return err
	}
	l.made = nil // Close leaves the file
	return l.Close()
}

func (p *unixPlace) putFile() error {
	f, err := os.OpenFile(p.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (p *unixPlace) putForbidden() error {
	l, err := bind(p.path)
	if err != nil {
		return err
	}
	p.open = append(p.open, l)
	return os.Chmod(p.path, 0)
}

func (p *unixPlace) putFull() error {
	l, err := bind(p.path)
	if err != nil {
		return err
	}
	p.open = append(p.open, l)
	waiting, err := fill(l.UnixListener)
	p.open = append(p.open, waiting...)
	return err
}

// renew makes a socket beside the path and moves it there: the path is never
// without one.
func (p *unixPlace) renew() (net.Listener, error) {
	if p.listener == nil || abstract(p.path) {
		return nil, NotFired("there is no file that could be another")
	}
	p.removed(removedFrom(p.path, aLiveSocket, p.listener.made))
	beside := p.path + "~"
	l, err := bind(beside)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(beside, p.path); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	old := p.listener
	l.path, p.listener, old.made = p.path, l, nil
	return l, old.Close() // which removes nothing: the file is another's by now
}

// clear closes the listener and removes what leave has left, if it is still that.
func (p *unixPlace) clear() error {
	var err error
	if p.listener != nil {
		err = p.listener.Close()
		p.removed(p.listener.removed)
		p.listener = nil
	}
	p.removed(removedFrom(p.path, p.found, p.left))
	if p.left != nil && untouched(p.path, p.left) {
		err = errors.Join(err, os.Remove(p.path))
	}
	for _, c := range p.open {
		_ = c.Close() // it may have removed its file before
	}
	p.left, p.open = nil, nil
	return err
}
