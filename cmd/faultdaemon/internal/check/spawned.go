package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// listenSpawned starts the daemon of a run whose client spawns its server.
func (r *runner) listenSpawned(cfg faultdaemon.Config, at address) (*faultdaemon.FaultDaemon, address, error) {
	l, err := stdio.Listen(at.socket, r.opts.Server...)
	if err != nil {
		return nil, address{}, err
	}
	d := faultdaemon.New("", cfg)
	err = d.StartOn(l)
	at.server, at.evidence = l.Command(), l.Evidence // a fault may have changed the command
	return d, at, err
}

// isServer reports whether a command line, of arguments that end with a zero byte, is
// that of this run's server.
func (a address) isServer(command []byte) bool {
	return a.server != nil && bytes.Contains(command, []byte("--socket="+a.socket+"\x00"))
}

// Spawns reports whether a text has a placeholder for the server's command.
func Spawns(text string) bool {
	for i, placeholder := range (address{server: []string{""}}).serverPlaceholders() {
		if i%2 == 0 && strings.Contains(text, placeholder) {
			return true
		}
	}
	return false
}

// serverPlaceholders are the placeholders of the server's command, each with what
// it stands for behind it.
func (a address) serverPlaceholders() []string {
	if a.server == nil {
		return nil
	}
	return []string{
		"{server}", shellescape.QuoteCommand(a.server),
		"{server-json}", jsonText(a.server),
		"{server-program}", a.server[0],
		"{server-args-json}", jsonText(a.server[1:]),
	}
}

// jsonText is a list as a JSON array.
func jsonText(list []string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(list); err != nil {
		return "[]" // strings are JSON, always
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// A ConfigFile is a file that the client reads, written before each of its runs and
// removed after it.
type ConfigFile struct {
	Path     string // with placeholders
	Template string // its content, with placeholders
}

// write makes the file, which must not be there.
func (f ConfigFile) write(at address) (path string, err error) {
	path = at.fill(f.Path)
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = out.WriteString(at.fill(f.Template))
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

// writeConfigs makes the client's files, and returns what removes them.
func (r *runner) writeConfigs(at address) (remove func(), err error) {
	var made []string
	remove = func() {
		for _, path := range made {
			_ = os.Remove(path) // the client may have
		}
	}
	for _, f := range r.opts.ConfigFiles {
		path, err := f.write(at)
		if err != nil {
			remove()
			if errors.Is(err, fs.ErrExist) {
				err = errors.Join(err, errors.New("--write-config makes files and overwrites none: name one in {dir}"))
			}
			return nil, err
		}
		made = append(made, path)
	}
	return remove, nil
}
