package faultdaemon

import (
	"errors"
	"os"
	"path/filepath"
)

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
