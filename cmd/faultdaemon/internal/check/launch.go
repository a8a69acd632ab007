package check

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// launcher starts what launches a daemon for the client of a run, and puts its command
// into the address. The function that it returns ends it.
func (r *runner) launcher(d *faultdaemon.FaultDaemon, at *address) (end func(), err error) {
	if r.opts.Launcher == nil {
		return func() {}, nil
	}
	path := filepath.Join(r.dir, "l"+strconv.FormatInt(r.addresses.Add(1), 10)) // not where the client may look
	l, err := listen.NewLauncher(path, d)
	if err != nil {
		return nil, err
	}
	at.launch = append(slices.Clone(r.opts.Launcher), "--socket="+path)
	return func() { _ = l.Close() }, nil // it is closed once
}

// Launches reports whether a text has a placeholder for the command that launches a
// daemon.
func Launches(text string) bool {
	for i, placeholder := range (address{launch: []string{""}}).launchPlaceholders() {
		if i%2 == 0 && strings.Contains(text, placeholder) {
			return true
		}
	}
	return false
}

// launchPlaceholders are the placeholders of the command that launches a daemon, each
// with what it stands for behind it.
func (a address) launchPlaceholders() []string {
	if a.launch == nil {
		return nil
	}
	return []string{"{launch}", shellescape.QuoteCommand(a.launch), "{launch-json}", jsonText(a.launch)}
}
