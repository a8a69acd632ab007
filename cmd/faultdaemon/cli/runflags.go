package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
)

// runFlags are the flags that say how a client is run, when faults act, and how
// it is judged.
type runFlags struct {
	listen, socketName    string
	writeConfig           []string
	env                   []string
	startTimeout, timeout time.Duration
	jobs                  int
	after                 int
	plan                  string
	once                  []string
	compare               string
	ignore                []string
	strict                bool
	maxMemory             setup.Bytes
	session               bool
	recover               time.Duration
}

func (f *runFlags) register(flags *pflag.FlagSet) {
	flags.IntVar(&f.after, "after", 0, "let faults act only after the first `N` requests, of those that --match picks: behind a handshake")
	flags.StringVar(&f.plan, "plan", "", "run the client once under this `PLAN` of faults, as in 2*close_after_read->25%slow_response, and not under each fault")
	flags.StringArrayVar(&f.once, "once", nil, "a client must not send requests whose JSON-RPC method, or else whose payload, matches this `GLOB` again when they were carried out; may be repeated")
	flags.StringVar(&f.listen, "listen", "unix", "`WHERE` the daemon listens: unix, or tcp on the loopback interface")
	flags.StringVar(&f.socketName, "socket-name", "", "the `NAME` of the socket's file, in a fresh directory {dir}")
	flags.StringArrayVar(&f.env, "env", nil, "a further `NAME=VALUE` of the client's environment, as in DAEMON_SOCKET={socket}; may be repeated")
	flags.StringArrayVar(&f.writeConfig, "write-config", nil, "before each run, make `FILE=TEMPLATE` from the text of the file TEMPLATE, with the placeholders filled in; may be repeated")
	flags.DurationVar(&f.timeout, "timeout", check.DefaultDeadline, "how long the client may run from its first connection before it is killed; with --session, for each call")
	flags.BoolVar(&f.session, "session", false, "judge one process over several calls, before, during and after each fault: it makes one for each line that it reads")
	flags.DurationVar(&f.recover, "recover", check.DefaultRecover, "how long the client of a session has to recover when the daemon is healthy again")
	flags.DurationVar(&f.startTimeout, "start-timeout", check.DefaultStartTimeout, "how long the client may take to connect")
	flags.IntVar(&f.jobs, "jobs", check.DefaultJobs, "how many clients run at once")
	flags.StringVar(&f.compare, "compare", "stdout", "`WHAT` is the client's answer: stdout, exit (its status alone), or what this shell command makes of its stdout")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "leave what matches this `REGEXP` out of the client's stdout; may be repeated")
	flags.BoolVar(&f.strict, "strict", false, "fail results that are lenient or late, too")
	flags.Var(&f.maxMemory, "max-memory", "how much more memory the client may take than when healthy, under faults that announce or send much, in `BYTES`, KiB, MiB or GiB (default 64MiB, or twice what it takes when healthy where that is more)")
}

func (f *runFlags) complete(cmd *cobra.Command) {
	for flag, values := range map[string][]string{"listen": {"unix", "tcp"}, "compare": {"stdout", "exit"}} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// apply sets what the flags say.
func (f *runFlags) apply(opts *check.Options, healthy setup.Setup) (err error) {
	if err := f.inRange(); err != nil {
		return err
	}
	opts.TCP, opts.SocketName, opts.Env = f.listen == "tcp", f.socketName, f.env
	opts.Deadline, opts.StartTimeout, opts.Jobs = f.timeout, f.startTimeout, f.jobs
	opts.Rules.StrictGrades, opts.Rules.MaxMemory = f.strict, int64(f.maxMemory)
	opts.Rules.Once = healthy.Once(f.once)
	if opts.ConfigFiles, err = f.configFiles(); err != nil {
		return err
	}
	if err := f.spawn(opts); err != nil {
		return err
	}
	if err := f.launch(opts); err != nil {
		return err
	}
	if err := f.sessions(opts); err != nil {
		return err
	}
	opts.Compare, err = f.answer()
	return err
}

// inRange returns what is wrong with a flag by itself.
func (f *runFlags) inRange() error {
	switch {
	case f.timeout <= 0:
		return fmt.Errorf("--timeout is %s: want more than 0", f.timeout)
	case f.startTimeout <= 0:
		return fmt.Errorf("--start-timeout is %s: want more than 0", f.startTimeout)
	case f.recover <= 0:
		return fmt.Errorf("--recover is %s: want more than 0", f.recover)
	case f.jobs <= 0:
		return fmt.Errorf("--jobs is %d: want 1 or more", f.jobs)
	case f.after < 0:
		return fmt.Errorf("--after is %d: want 0 or more requests", f.after)
	case f.listen != "unix" && f.listen != "tcp":
		return fmt.Errorf("--listen is %q: want unix or tcp", f.listen)
	case f.socketName != "" && f.listen == "tcp":
		return errors.New("--socket-name goes with --listen unix: there is no socket file on TCP")
	case f.socketName != filepath.Base(f.socketName) && f.socketName != "", f.socketName == "..":
		return fmt.Errorf("--socket-name is %q: want the name of a file, which is made in {dir}", f.socketName)
	}
	for _, variable := range f.env {
		name, _, found := strings.Cut(variable, "=")
		if !found || name == "" {
			return fmt.Errorf("--env is %q: want NAME=VALUE, as in DAEMON_SOCKET={socket}", variable)
		}
	}
	return nil
}

// answer returns what of a client's end is compared.
func (f *runFlags) answer() (check.Compare, error) {
	var ignore []*regexp.Regexp
	for _, text := range f.ignore {
		pattern, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("--ignore: %w", err)
		}
		ignore = append(ignore, pattern)
	}
	if len(ignore) > 0 && f.compare != "stdout" {
		return nil, fmt.Errorf("--ignore goes with --compare stdout: with %q, nothing else of the output is compared", f.compare)
	}
	switch f.compare {
	case "":
		return nil, errors.New("--compare is empty: want stdout, exit or a shell command")
	case "stdout":
		return check.CompareStdout(ignore), nil
	case "exit":
		return check.CompareExit, nil
	}
	return check.CompareCommand(f.compare), nil
}
