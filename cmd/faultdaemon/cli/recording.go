package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/capture"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

// recordFlags are the flags that say where what passes is recorded, and what of it
// is not.
type recordFlags struct {
	file   string
	redact []string
}

func (f *recordFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.file, "record", "", "record what passes, before faults act, in this `FILE`: a line of JSON for each message, or packets for Wireshark where it ends in .pcapng")
	flags.StringArrayVar(&f.redact, "redact", nil, "mask what this `REGEXP` matches in the recording, or what its groups match; may be repeated")
}

// recording is what the flags say, for a daemon that speaks this protocol.
func (f *recordFlags) recording(protocol string) (*recording, error) {
	secrets, err := f.secrets()
	return &recording{name: f.file, options: relay.RecordOptions{Protocol: protocol, Redact: secrets}}, err
}

// secrets are what is masked.
func (f *recordFlags) secrets() (list []*regexp.Regexp, err error) {
	if len(f.redact) > 0 && f.file == "" {
		return nil, errors.New("--redact is about a recording: add --record FILE")
	}
	for _, text := range f.redact {
		secret, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("--redact: %w", err)
		}
		list = append(list, secret)
	}
	return list, nil
}

// A recording is a file that what passes is written to, and "" is none.
type recording struct {
	name     string
	options  relay.RecordOptions
	file     *os.File
	recorder recorder
}

// A recorder writes what a Tap is shown.
type recorder interface {
	Tap(faultdaemon.Message)
	Close() error
}

// start has a daemon record in the file, which is made for this user alone (0600) and
// in the place of what was there.
func (r *recording) start(cfg *faultdaemon.Config) (err error) {
	if r.name == "" {
		return nil
	}
	if r.file, err = create(r.name); err != nil {
		return fmt.Errorf("cannot record: %w", err)
	}
	if filepath.Ext(r.name) != ".pcapng" {
		r.recorder = relay.Record(r.file, r.options)
	} else if r.recorder, err = capture.Record(r.file, r.options); err != nil {
		return err
	}
	cfg.Tap = r.recorder.Tap
	return nil
}

// create makes an empty file that only this user may read, whoever might have read what
// was there.
func create(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return file, err // a pipe or a terminal is not ours to change
	}
	return file, file.Chmod(0o600)
}

// close ends the recording, and returns why it is not whole.
func (r *recording) close() (err error) {
	if r.recorder != nil {
		err = r.recorder.Close()
	}
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}
