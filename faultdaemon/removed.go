package faultdaemon

import (
	"io/fs"
	"os"
)

// aLiveSocket is what is at a path while the daemon listens there.
const aLiveSocket Found = "a live daemon's socket"

// removable reports whether a client may remove what it finds.
func (f Found) removable() bool { return f == FoundNothing || f == FoundStale }

// removedFrom returns what was at a path and what is there now, where a client has
// removed or replaced it and must not; "" where it has not.
func removedFrom(path string, was Found, info fs.FileInfo) string {
	if info == nil || was.removable() || untouched(path, info) {
		return ""
	}
	return string(was) + "; " + atPath(path) + " is there now"
}

// untouched reports whether path still names the file that info is of. The inode of a
// file that was removed may be another's soon.
func untouched(path string, info fs.FileInfo) bool {
	now, err := os.Lstat(path)
	if err != nil || !os.SameFile(now, info) || now.Mode().Type() != info.Mode().Type() {
		return false
	}
	written := info.IsDir() || info.Mode().IsRegular() // by others, which is no removal
	return written || now.ModTime().Equal(info.ModTime())
}

// atPath names what is at a path.
func atPath(path string) string {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return "nothing"
	case info.IsDir():
		return "a directory"
	case info.Mode().Type() == fs.ModeSocket:
		return "another socket"
	}
	return "a " + fileKind(info)
}
