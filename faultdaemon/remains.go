package faultdaemon

import (
	"errors"
	"io/fs"
	"os"
)

// remains is something that the daemon has put at a path.
type remains struct {
	path  string
	found Found
	info  fs.FileInfo
}

// remove removes it, if it is still there. A directory that somebody has put something
// in is an error, and stays.
func (r *remains) remove() error {
	if r == nil {
		return nil
	}
	now, err := os.Lstat(r.path)
	if err != nil || !r.is(now) {
		return nil
	}
	if err := os.Remove(r.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// mayBeReplaced reports whether it is still there, and a file may be moved in its place.
func (r *remains) mayBeReplaced() bool {
	if r == nil || r.info.IsDir() {
		return false
	}
	now, err := os.Lstat(r.path)
	return err == nil && r.is(now)
}

// is reports whether a file is this. A new file may have the inode of one that was
// removed; where that can be it has another time.
func (r *remains) is(now fs.FileInfo) bool {
	isOpen := r.info.Mode().IsRegular() || r.info.IsDir() // by whom has left it
	return os.SameFile(now, r.info) && now.Mode().Type() == r.info.Mode().Type() &&
		(isOpen || now.ModTime().Equal(r.info.ModTime()))
}

// beside returns a path in the same directory, where something is made that is then
// moved: one that fits where path does.
func beside(path string) string {
	if len(path) < maxSocketPath {
		return path + "~"
	}
	if path[len(path)-1] == '~' {
		return path[:len(path)-1] + "+"
	}
	return path[:len(path)-1] + "~"
}
