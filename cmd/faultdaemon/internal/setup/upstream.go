package setup

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/relay"
)

// useUpstream puts the daemon in front of a real one.
func (f *Flags) useUpstream(s *Setup, value string) error {
	if len(f.Command) > 0 {
		return fmt.Errorf("%s and the command %s are two real daemons: name one", value, f.Command[0])
	}
	upstream, err := f.upstream(value)
	if err != nil {
		return err
	}
	s.inFront(upstream, value)
	return nil
}

// inFront puts the daemon in front of a real one, which messages call by a name. It
// knows the faults between a client and that.
func (s *Setup) inFront(upstream relay.Upstream, name string) {
	s.Config.Upstream, s.Upstream = upstream, name
	if !slices.Contains(s.Config.Catalogues, relay.Faults) {
		s.Config.Catalogues = append(slices.Clip(s.Config.Catalogues), relay.Faults)
	}
	s.Replies, s.Cure = "what the daemon at "+name+" answers", "see that the daemon at "+name+" runs, and that this client works with it"
}

// upstream reads unix:PATH, tcp:HOST:PORT or exec:COMMAND ARGS, the words of a
// command being what stands between blanks.
func (f *Flags) upstream(value string) (relay.Upstream, error) {
	network, name, _ := strings.Cut(value, ":")
	switch words := strings.Fields(name); {
	case len(words) == 0:
	case network == "unix":
		return relay.Unix(name), nil
	case network == "tcp":
		if _, _, err := net.SplitHostPort(name); err != nil {
			return nil, err
		}
		return relay.TCP(name), nil
	case network == "exec":
		return f.program(words), nil
	}
	return nil, fmt.Errorf("%q is no address: want unix:/run/real.sock, tcp:localhost:8080 or exec:COMMAND ARGS", value)
}

// Runnable returns why the program of an upstream cannot be started, nil for one at an
// address.
func (f *Flags) Runnable() error {
	command := f.Command
	if words, isProgram := strings.CutPrefix(f.Upstream, "exec:"); isProgram {
		command = strings.Fields(words)
	}
	if len(command) == 0 {
		return nil
	}
	_, err := exec.LookPath(command[0])
	return err
}

// program is an upstream that is a program for each client.
func (f *Flags) program(command []string) relay.Upstream {
	var stderr io.Writer = os.Stderr
	if f.Stderr != nil {
		stderr = f.Stderr
	}
	return relay.Program(func() *exec.Cmd {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Stderr = stderr
		return cmd
	})
}
