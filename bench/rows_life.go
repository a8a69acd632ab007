package bench

import (
	"net"
	"net/http"
	"net/http/httptest"

	"google.golang.org/grpc/test/bufconn"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

const parked = 8000

// lifeRows are about a daemon's life: starting, stopping, and having clients.
func lifeRows() []Row {
	visit := visits(1000, line(request))
	hanging := faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept}
	return []Row{
		{
			Work: "New, Start, Stop, Unix socket", Unit: Time, Rounds: 41, Subject: lives(".sock"),
			Peers:  []Peer{{"net.Listen, Close", listens, 1.5}, {"httptest.Server", testServers, 1.0}},
			Reason: "the socket is a file, which bind(2) makes: most of the time; a port is none, and net.Listen neither looks whose file it is nor accepts",
		},
		{
			Work: "New, Start, Stop in memory", Unit: Time, Rounds: 41, Subject: lives(""),
			Peers:  []Peer{{"bufconn", bufconns, 5}},
			Reason: "bufconn is two channels; to begin and end the goroutine that accepts alone takes three to six times as long",
		},
		{
			Work: "a connection with one exchange, in memory", Unit: Time, Rounds: 41,
			Subject: on(daemonInMemory(faultdaemon.Config{}), visit),
			Peers:   []Peer{{"net.Pipe", on(pipes(echoLines), visit), 1.5}},
		},
		{
			Work: "memory of a parked connection, of 8,000", Unit: Bytes, Rounds: 5,
			Subject: on(daemon(hanging), parks(parked)),
			Peers:   []Peer{{"accept and read", on(unix(park), parks(parked)), 1.05}},
			Reason:  "the stacks are the same: beside its own the daemon has 0.6 KiB for an exchange, and for what ends it and resets it",
		},
		{
			Work: "Stop with 8,000 parked connections", Unit: Time, Rounds: 5,
			Subject: stops(parked, hanging), Most: milliseconds(40),
			Reason: "four system calls for each, most of the processor time: shutdown, read, epoll_ctl, close",
		},
	}
}

// lives is a daemon that starts and stops.
func lives(name string) Side {
	return func(s *Setup) (Round, error) {
		path := ""
		if name != "" {
			path = s.Path(name)
		}
		return repeat(s.Times(500), func() error {
			d := faultdaemon.New(path, faultdaemon.Config{})
			if err := d.Start(); err != nil {
				return err
			}
			d.Stop()
			return nil
		}), nil
	}
}

func listens(s *Setup) (Round, error) {
	path := s.Path(".sock")
	return repeat(s.Times(500), func() error {
		l, err := net.Listen("unix", path)
		if err != nil {
			return err
		}
		return l.Close()
	}), nil
}

func testServers(s *Setup) (Round, error) {
	return repeat(s.Times(500), func() error {
		httptest.NewServer(http.NotFoundHandler()).Close()
		return nil
	}), nil
}

func bufconns(s *Setup) (Round, error) {
	return repeat(s.Times(500), func() error { return bufconn.Listen(64 << 10).Close() }), nil
}

// pipes is a server that serves one end of a net.Pipe for every client.
func pipes(serve func(net.Conn)) Server {
	return func(*Setup) (Dial, error) {
		return func() (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				defer func() { _ = server.Close() }()
				serve(server)
			}()
			return client, nil
		}, nil
	}
}
