package faulttest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// descriptors are the sockets and pipes that this process has open: what each is, by
// its number.
type descriptors map[int]string

// openDescriptors lists them.
func openDescriptors() descriptors {
	list := make(descriptors)
	paths, _ := filepath.Glob("/proc/self/fd/*") // the pattern is well formed
	for _, path := range paths {
		n, err := strconv.Atoi(filepath.Base(path))
		is, readErr := os.Readlink(path)
		if err == nil && readErr == nil && (strings.HasPrefix(is, "socket:") || strings.HasPrefix(is, "pipe:")) {
			list[n] = is
		}
	}
	return list
}

// opened returns what is open now and was not before, unless it is closed within a
// time.
func (before descriptors) opened(within time.Duration) []string {
	return stillOpen(within, func(n int, is string) bool { return before[n] != is })
}

// connectedTo returns the sockets that are connected to a path, unless they are
// closed within a time.
func connectedTo(path string, within time.Duration) []string {
	return stillOpen(within, func(n int, is string) bool { return strings.HasPrefix(is, "socket:") && peer(n) == path })
}

// stillOpen describes those of the open descriptors that are meant when a time is
// over. It returns when there are none.
func stillOpen(within time.Duration, meant func(n int, is string) bool) (left []string) {
	late := time.After(within)
	for wait := time.Millisecond; ; wait *= 2 {
		left = left[:0]
		for n, is := range openDescriptors() {
			if meant(n, is) {
				left = append(left, describe(n, is))
			}
		}
		if len(left) == 0 {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-late:
			slices.Sort(left)
			return left
		}
	}
}

// describe says what a descriptor is, without what differs from run to run.
func describe(n int, is string) string {
	if strings.HasPrefix(is, "pipe:") {
		return descriptorLeak + "a pipe"
	}
	if _, err := syscall.Getpeername(n); errors.Is(err, syscall.ENOTCONN) {
		return descriptorLeak + "a socket that is not connected"
	}
	if name := filepath.Base(peer(n)); name != "." {
		return descriptorLeak + "a socket to " + name
	}
	return descriptorLeak + "a socket"
}

// peer is the path of the Unix socket that a descriptor is connected to, "" for none.
func peer(n int) string {
	if at, err := syscall.Getpeername(n); err == nil {
		if unix, ok := at.(*syscall.SockaddrUnix); ok {
			return unix.Name
		}
	}
	return ""
}
