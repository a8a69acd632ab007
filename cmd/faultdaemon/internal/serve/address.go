package serve

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An Address is where to listen.
type Address struct {
	network string // unix or tcp
	name    string // a path, or an IP address and a port
}

// ParseAddress reads unix:PATH or tcp:HOST:PORT. A host that is not loopback is
// an error unless remote is allowed.
func ParseAddress(text string, remote bool) (Address, error) {
	network, name, _ := strings.Cut(text, ":")
	switch {
	case network == "unix" && name != "":
		return Address{network, name}, nil
	case network != "tcp" || name == "":
		return Address{}, fmt.Errorf("%q is no address: want unix:PATH or tcp:127.0.0.1:PORT, with port 0 for a free one", text)
	}
	tcp, err := net.ResolveTCPAddr("tcp", name)
	if err != nil {
		return Address{}, fmt.Errorf("%q is no address: %w", text, err)
	}
	if !remote && !tcp.IP.IsLoopback() {
		return Address{}, &RemoteError{text}
	}
	return Address{network, tcp.String()}, nil
}

// A RemoteError says that other machines could reach an address.
type RemoteError struct{ Address string }

// Error names the address.
func (e *RemoteError) Error() string {
	return fmt.Sprintf("%s can be reached from other machines, without a password: use a loopback address such as tcp:127.0.0.1:0", e.Address)
}

// String returns the address as ParseAddress reads it.
func (a Address) String() string { return a.network + ":" + a.name }

// Is reports whether text names the same address.
func (a Address) Is(text string) bool {
	other, err := ParseAddress(text, true)
	if err != nil || a.network != other.network {
		return false
	}
	if a.network == "unix" {
		return filepath.Clean(a.name) == filepath.Clean(other.name)
	}
	return a.name == other.name
}

// listen listens on the address.
func (a Address) listen() (net.Listener, error) {
	var l net.Listener
	var err error
	if a.network == "unix" {
		if l, err = faultdaemon.ListenUnix(a.name); err != nil {
			err = errors.Unwrap(err) // without the package's name
		}
	} else {
		l, err = net.Listen(a.network, a.name)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", a, err)
	}
	return l, nil
}

// addressOf returns the address really in use, as ParseAddress reads it.
func addressOf(l net.Listener) string { return l.Addr().Network() + ":" + l.Addr().String() }
