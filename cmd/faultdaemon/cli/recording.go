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

// A recording is a file that what passes is written to. The zero value is none.
type recording struct {
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
func (f *recordFlags) start(cfg *faultdaemon.Config, protocol string) (r recording, err error) {
	secrets, err := f.secrets()
	if err != nil {
		return r, usageError{err}
	}
	if f.file == "" {
		return r, nil
	}
	if r.file, err = os.OpenFile(f.file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
		return r, fmt.Errorf("cannot record: %w", err)
	}
	options := relay.RecordOptions{Protocol: protocol, Redact: secrets}
	if filepath.Ext(f.file) != ".pcapng" {
		r.recorder = relay.Record(r.file, options)
	} else if r.recorder, err = capture.Record(r.file, options); err != nil {
		return r, errors.Join(err, r.file.Close())
	}
	cfg.Tap = r.recorder.Tap
	return r, nil
}

// close ends the recording, and returns why it is not whole.
func (r recording) close() error {
	if r.file == nil {
		return nil
	}
	return errors.Join(r.recorder.Close(), r.file.Close())
}
