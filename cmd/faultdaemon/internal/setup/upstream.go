package setup

import (
	"fmt"
	"net"
	"strings"

	"github.com/faultdaemon/toolkit/relay"
)

// useUpstream puts the daemon in front of a real one.
func useUpstream(s *Setup, value string) error {
	upstream, err := ParseUpstream(value)
	if err != nil {
		return err
	}
	s.inFront(upstream, value)
	return nil
}

// inFront puts the daemon in front of a real one, which messages call by a name.
func (s *Setup) inFront(upstream relay.Upstream, name string) {
	s.Config.Upstream = upstream
	s.Replies, s.Cure = "what the daemon at "+name+" answers", "see that the daemon at "+name+" runs, and that this client works with it"
}

// ParseUpstream reads unix:PATH, tcp:HOST:PORT or exec:COMMAND ARGS, the words of a
// command being what stands between blanks.
func ParseUpstream(value string) (relay.Upstream, error) {
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
		return relay.Command(words[0], words[1:]...), nil
	}
	return nil, fmt.Errorf("%q is no address: want unix:/run/real.sock, tcp:localhost:8080 or exec:COMMAND ARGS", value)
}
