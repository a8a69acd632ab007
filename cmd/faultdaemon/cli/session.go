package cli

import (
	"errors"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
)

// sessions makes each run of the check a session, where that is wanted.
func (f *runFlags) sessions(opts *check.Options) error {
	switch {
	case !f.session:
		return nil
	case opts.Server != nil:
		return errors.New("--session is for clients that connect: this one is told to spawn its server, by {server} or --write-config")
	case f.compare == "exit":
		return errors.New("--session compares the answers to calls: leave --compare exit out")
	}
	opts.Session = &check.Session{Recover: f.recover}
	return nil
}
