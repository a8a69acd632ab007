package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/serve"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
)

// daemonFlags are the flags of commands that run a daemon until they are told to
// end: where it listens, what it begins with and what controls it.
type daemonFlags struct {
	listen        []string
	control       string
	fault, plan   string
	log           string
	untilStdinEOF bool
	allowRemote   bool
}

func (f *daemonFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.listen, "listen", nil, "listen on this `ADDRESS`, unix:PATH or tcp:HOST:PORT; port 0 is a free one; may be repeated")
	flags.StringVar(&f.control, "control", "", "serve the control API on this `ADDRESS`, unix:PATH or tcp:HOST:PORT of a loopback host")
	flags.StringVar(&f.fault, "fault", "none", "the `FAULT` to begin with, with arguments if it has any")
	flags.StringVar(&f.plan, "plan", "", "the `PLAN` to begin with, in the place of a fault: which exchange gets which")
	flags.StringVar(&f.log, "log", "", "append the events to this `FILE` as NDJSON; - is the output")
	flags.BoolVar(&f.untilStdinEOF, "until-stdin-eof", false, "end when the input ends, as it does with the parent process")
	flags.BoolVar(&f.allowRemote, "allow-remote", false, "let --listen take addresses that other machines can reach")
}

// options turns the flags into what they stand for.
func (f *daemonFlags) options(healthy setup.Setup) (opts serve.Options, err error) {
	opts = serve.Options{Log: f.log, Stdout: os.Stdout}
	if f.untilStdinEOF {
		opts.Stdin = os.Stdin
	}
	if opts.Config, err = healthy.OneDaemon(); err != nil {
		return opts, err
	}
	if err := f.addresses(&opts); err != nil {
		return opts, err
	}
	if i := slices.IndexFunc(opts.Listen, func(a serve.Address) bool { return a.Is(healthy.Upstream) }); i >= 0 {
		return opts, fmt.Errorf("--upstream: %s is where --listen has this daemon listen, which would be in front of itself: "+
			"name the address of the real one", healthy.Upstream)
	}
	return opts, misbehave(&opts.Config, f.fault, f.plan)
}

func (f *daemonFlags) addresses(opts *serve.Options) error {
	if len(f.listen) == 0 {
		return errors.New("where? --listen unix:PATH, or --listen tcp:127.0.0.1:0 for a free port")
	}
	for _, text := range f.listen {
		address, err := serve.ParseAddress(text, f.allowRemote)
		var remote *serve.RemoteError
		switch {
		case errors.As(err, &remote):
			return fmt.Errorf("--listen: %w, or add --allow-remote", err)
		case err != nil:
			return fmt.Errorf("--listen: %w", err)
		}
		opts.Listen = append(opts.Listen, address)
	}
	if f.control != "" {
		address, err := serve.ParseAddress(f.control, false)
		if err != nil {
			return fmt.Errorf("--control: %w", err)
		}
		opts.Control = &address
	}
	return nil
}
