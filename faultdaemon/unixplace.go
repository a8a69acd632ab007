package faultdaemon

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
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

// put puts what is to be found at the path, where nothing is.
func (p *unixPlace) put(f Found) (err error) {
	switch f {
	case FoundStale, FoundBooting:
		return p.putSocket(f, func(l *socketListener) error { return l.closeKeeping() })
	case FoundForbidden:
		return p.putSocket(f, func(l *socketListener) error {
			p.open = append(p.open, l)
			return os.Chmod(l.path, 0)
		})
	case FoundFull:
		return p.putSocket(f, func(l *socketListener) error {
			p.open = append(p.open, l)
			waiting, err := fill(l.UnixListener)
			p.open = append(p.open, waiting...)
			return err
		})
	case FoundFile:
		file, err := os.OpenFile(p.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return p.keep(f, file, err)
	case FoundDirectory:
		if err := os.Mkdir(p.path, 0o700); err != nil {
			return err
		}
		dir, err := os.Open(p.path)
		return p.keep(f, dir, err)
	case FoundLink:
		if err := os.Symlink(filepath.Base(p.path)+".missing", p.path); err != nil {
			return err
		}
		return p.remember(f, p.path)
	}
	return nil
}

// keep remembers what is at the path, and keeps it open: what takes its place is
// another inode then.
func (p *unixPlace) keep(found Found, f *os.File, err error) error {
	if err != nil {
		return err
	}
	p.open = append(p.open, f)
	return p.remember(found, p.path)
}

// putSocket makes a socket beside the path, makes it what it is to be, and moves it
// there: no client meets it before.
func (p *unixPlace) putSocket(found Found, change func(*socketListener) error) error {
	if abstract(p.path) {
		l, err := bind(p.path)
		if err != nil {
			return err
		}
		return change(l)
	}
	l, err := listenUnix(beside(p.path))
	if err != nil {
		return err
	}
	err = errors.Join(p.remember(found, l.path), change(l))
	if err == nil {
		err = l.move(p.path)
	}
	if err == nil {
		p.left.path = p.path
	}
	return err
}

// remember notes what is at a path, for clear to remove it.
func (p *unixPlace) remember(found Found, path string) error {
	info, err := os.Lstat(path)
	if err == nil {
		p.left = &remains{path, found, info}
	}
	return err
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
	if err := l.move(p.path); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	old := p.listener
	p.listener = l
	return l, old.closeKeeping() // the file is the new one's by now
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
