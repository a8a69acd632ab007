package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

const command = "faultdaemon"

// A file is one that goes into an archive.
type file struct {
	name       string // with slashes, below the archive's directory
	content    []byte
	executable bool
}

// pack builds the command for a platform, packs it with the common files, and writes
// the bill of what is in it. It returns the binary and the names of both files.
func pack(out, version string, p platform, common []file, modified time.Time) (binary []byte, names []string, err error) {
	if binary, err = build(p); err != nil {
		return nil, nil, err
	}
	program := command
	name := fmt.Sprintf("%s_%s_%s_%s", command, version, p.system, p.architecture)
	write, extension := writeTar, ".tar.gz"
	if p.system == "windows" {
		program += ".exe"
		write, extension = writeZip, ".zip"
	}
	files := append([]file{{program, binary, true}}, common...)
	var archive bytes.Buffer
	if err := write(&archive, name, files, modified); err != nil {
		return nil, nil, err
	}
	bill, err := billOf(binary, version, modified)
	if err != nil {
		return nil, nil, err
	}
	names = []string{name + extension, name + ".cdx.json"}
	err = errors.Join(
		os.WriteFile(filepath.Join(out, names[0]), archive.Bytes(), 0o666),
		os.WriteFile(filepath.Join(out, names[1]), bill, 0o666),
	)
	return binary, names, err
}

// build returns the command, built for a platform. It knows its revision where it
// is built in a repository, whatever the settings of Go are here.
func build(p platform) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dist")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, command)
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=auto", "-ldflags=-s -w -buildid=", "-o", binary, "./cmd/"+command)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.system, "GOARCH="+p.architecture, "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	return os.ReadFile(binary)
}

// documents returns what is the same in every archive: README, licence, manual
// pages and completions. The last two are the command's own work.
func documents() (files []file, err error) {
	for _, name := range []string{"LICENSE", "README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%w: run it in the root of the repository", err)
		}
		files = append(files, file{name: name, content: text})
	}
	dir, err := os.MkdirTemp("", "dist")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, command)
	own, err := build(platform{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(binary, own, 0o700); err != nil {
		return nil, err
	}
	for _, shell := range []string{"bash", "fish", "powershell", "zsh"} {
		script, err := exec.Command(binary, "completion", shell).Output()
		if err != nil {
			return nil, fmt.Errorf("%s completion %s: %w", command, shell, err)
		}
		files = append(files, file{name: "completions/" + command + "." + shell, content: script})
	}
	pages, err := manual(binary, filepath.Join(dir, "man"))
	return append(files, pages...), err
}

// manual returns the manual pages, in the order of their names.
func manual(binary, dir string) (files []file, err error) {
	if text, err := exec.Command(binary, "man", dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s man: %w\n%s", command, err, text)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: "man/" + entry.Name(), content: text})
	}
	return files, nil
}
