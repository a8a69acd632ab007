package faultdaemon

import (
	"io/fs"
	"os"
)

// aLiveSocket is what is at a path while the daemon listens there.
const aLiveSocket Found = "a live daemon's socket"

// removable reports whether a client may remove what it finds.
func (f Found) removable() bool { return f == FoundNothing || f == FoundStale }

// removal returns what was at the path and what is there now, where a client has
// removed or replaced it and must not; "" where it has not.
func (r *remains) removal() string {
	if r == nil || r.info == nil || r.found.removable() {
		return ""
	}
	if now, err := os.Lstat(r.path); err == nil && r.is(now) {
		return ""
	}
	return string(r.found) + "; " + atPath(r.path) + " is there now"
}

// removed notes what a client has removed where the daemon is to be found, "" for
// nothing.
func (d *FaultDaemon) removed(what string) {
	if what != "" {
		d.events.add(&Event{Kind: EventRemoved, Detail: what})
	}
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
