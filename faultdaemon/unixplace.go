package faultdaemon

import (
	"errors"
	"io"
	"net"
	"os"
)

// unixPlace is the path of a Unix socket.
type unixPlace struct {
	path     string
	listener *socketListener // that is served; nil while nobody listens
	left     *remains        // what leave has put at the path
	open     []io.Closer     // what it needs to stay open
	began    bool            // the path is the daemon's
	removed  func(string)    // is told what a client has removed; "" for nothing
}

func (p *unixPlace) addr() net.Addr { return &net.UnixAddr{Net: "unix", Name: p.path} }

func (p *unixPlace) listen() (net.Listener, error) {
	if p.listener != nil {
		return nil, nil
	}
	anew := listenUnix
	if p.began && !abstract(p.path) {
		anew = p.replace
	}
	l, err := anew(p.path)
	if err != nil {
		return nil, err
	}
	p.listener, p.began = l, true
	return l, nil
}

// replace listens in the place of what leave has left: no client meets a socket that
// does not listen yet.
func (p *unixPlace) replace(path string) (*socketListener, error) {
	if !p.left.mayBeReplaced() {
		if _, err := p.free(); err != nil {
			return nil, err
		}
	}
	p.removed(p.left.removal())
	l, err := listenUnix(beside(path))
	if err != nil {
		return nil, err
	}
	if err := l.move(path); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	p.left = nil
	return l, p.clear()
}

// leave puts what is to be found at the path.
func (p *unixPlace) leave(f Found) error {
	if reason := p.cannot(f); reason != nil {
		return reason
	}
	defer func() { p.began = true }()
	if p.listener != nil && f == FoundStale { // the same file stays
		p.removed((&remains{p.path, aLiveSocket, p.listener.made}).removal())
		p.left = &remains{p.path, f, p.listener.made}
		err := p.listener.closeKeeping()
		p.listener = nil
		return err
	}
	made, err := p.free()
	if err != nil {
		return err
	}
	if err := p.put(f); err != nil {
		err = errors.Join(err, p.clear())
		removeDirectories(made)
		return err
	}
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

// free makes the path one where nothing is, and returns the directories that it made.
func (p *unixPlace) free() ([]string, error) {
	if p.listener != nil {
		err := p.listener.Close()
		p.removed(p.listener.removed)
		p.listener = nil
		if err != nil && !errors.Is(err, net.ErrClosed) {
			return nil, err
		}
	}
	if err := p.clear(); err != nil {
		return nil, err
	}
	return makeFree(p.path)
}

// renew makes a socket beside the path and moves it there: the path is never
// without one.
func (p *unixPlace) renew() (net.Listener, error) {
	switch {
	case p.listener == nil || abstract(p.path):
		return nil, nil
	case !sameFile(p.path, p.listener.made):
		return nil, NotFired("the socket's file is not the daemon's any more")
	}
	l, err := listenUnix(beside(p.path))
	if err != nil {
		return nil, err
	}
	old := p.listener
	if !old.disown() {
		return nil, errors.Join(ErrClosed, l.Close()) // the daemon stops
	}
	p.listener = l
	return l, errors.Join(l.move(p.path), old.UnixListener.Close())
}

// clear removes what leave has left, if it is still that.
func (p *unixPlace) clear() error {
	if p.listener != nil {
		_ = p.listener.Close() // it may have been closed before
		p.removed(p.listener.removed)
		p.listener = nil
	}
	p.removed(p.left.removal())
	err := p.left.remove()
	for _, c := range p.open {
		_ = c.Close() // of a socket: whose file is no more
	}
	p.left, p.open = nil, nil
	return err
}
