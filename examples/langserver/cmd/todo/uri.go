package main

import (
	"net/url"
	"path/filepath"
)

// uri returns what the protocol calls a file.
func uri(file string) string {
	path, err := filepath.Abs(file)
	if err != nil { // the working directory is gone: the daemon only tells files apart by it
		path = file
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}
