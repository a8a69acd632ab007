package check

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An address is how the client of one run reaches its daemon: a Unix socket in a
// directory of its own, a TCP port, or a server to spawn, which finds the daemon by
// a socket.
type address struct {
	socket     string
	host, port string
	server     []string        // what the client spawns; nil where it connects
	evidence   func() []string // of why those ended that it has spawned
	launch     []string        // what launches the daemon; nil where the client does not
}

// listen starts the daemon of a run at a fresh address.
func (r *runner) listen(cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, address, error) {
	if r.opts.TCP {
		return listenTCP(cfg)
	}
	dir := filepath.Join(r.dir, strconv.FormatInt(r.addresses.Add(1), 10))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, address{}, err
	}
	at := address{socket: filepath.Join(dir, r.opts.SocketName)}
	if r.opts.Server != nil {
		return r.listenSpawned(cfg, at)
	}
	d := faultdaemon.New(at.socket, cfg)
	return d, at, d.Start()
}

// listenTCP starts a daemon on a port of the loopback interface.
func listenTCP(cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, address, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, address{}, err
	}
	at := address{}
	if at.host, at.port, err = net.SplitHostPort(l.Addr().String()); err != nil {
		return nil, address{}, err
	}
	d := faultdaemon.New("", cfg)
	return d, at, d.StartOn(l)
}

// fill puts the address into the placeholders of a text.
func (a address) fill(text string) string {
	list := []string{"{socket}", a.socket, "{host}", a.host, "{port}", a.port, "{addr}", a.addr(), "{dir}", ""}
	if a.socket != "" {
		list[len(list)-1] = filepath.Dir(a.socket)
	}
	list = append(list, a.serverPlaceholders()...)
	list = append(list, a.launchPlaceholders()...)
	return strings.NewReplacer(list...).Replace(text)
}

// blank puts the placeholders back, so that texts of different runs can be
// compared.
func (a address) blank(text string) string {
	if a.socket != "" {
		return strings.NewReplacer(a.socket, "{socket}", filepath.Dir(a.socket), "{dir}").Replace(text)
	}
	return strings.ReplaceAll(text, a.addr(), "{addr}")
}

// addr is host:port, or the socket's path.
func (a address) addr() string {
	if a.socket != "" {
		return a.socket
	}
	return net.JoinHostPort(a.host, a.port)
}

// env is what the environment says of the address.
func (a address) env() []string {
	list := []string{"FAULTDAEMON_ADDR=" + a.addr()}
	if a.socket != "" {
		list = append(list, "FAULTDAEMON_SOCKET="+a.socket, "FAULTDAEMON_DIR="+filepath.Dir(a.socket))
	}
	return list
}
