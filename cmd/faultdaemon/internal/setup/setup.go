// Package setup makes the config of a healthy daemon from flags: what it
// listens on, what it speaks, and where its replies come from. All commands that
// run a daemon share them.
package setup

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Flags are those that say what a healthy daemon does, and which of its
// exchanges faults may act on.
type Flags struct {
	Protocol string
	Reply    string
	ReplyRaw string
	Methods  string
	Script   string
	Upstream string
	Match    []string
	Seed     uint64

	// Command is the program of an upstream, and its arguments, in the place of an
	// address. Stderr, if not nil, gets the stderr of the programs of either.
	Command []string
	Stderr  io.Writer

	set *pflag.FlagSet
}

// Own is what a tool brings of its own.
type Own struct {
	Catalogues []*faultdaemon.Catalogue
	Protocols  map[string]faultdaemon.Protocol
	Handler    faultdaemon.ResponseHandler
}

// A Setup is a healthy daemon.
type Setup struct {
	Config faultdaemon.Config

	// NewRespond, if not nil, makes the Config.Respond of one daemon, for
	// replies that depend on what this daemon was asked before.
	NewRespond func() (func(*faultdaemon.Exchange) ([]byte, error), error)

	Protocol string // its name, as --protocol has it
	Reads    string // what the daemon reads, in words
	Replies  string // where the replies come from, in words
	Cure     string // what to change where they do not suit a client
	Upstream string // the real daemon that this one is in front of; "" for none
}

// OneDaemon returns the config of a single daemon, with replies of its own.
func (s Setup) OneDaemon() (cfg faultdaemon.Config, err error) {
	cfg = s.Config
	if s.NewRespond != nil {
		cfg.Respond, err = s.NewRespond()
	}
	return cfg, err
}

// Register adds the flags to a command's.
func (f *Flags) Register(set *pflag.FlagSet) {
	f.set = set
	f.registerProtocol()
	set.StringVar(&f.Reply, "reply", "", "what a healthy daemon replies to every request: the payload, as `TEXT`, @FILE or hex:BYTES (default: an echo)")
	set.StringVar(&f.ReplyRaw, "reply-raw", "", "the same, as whole messages: `TEXT`, @FILE or hex:BYTES with their framing")
	set.StringVar(&f.Methods, "methods", "", "a JSON `FILE` with an object that has the result, or {\"error\": {\"code\": ..., \"message\": ...}}, of each JSON-RPC method")
	set.StringVar(&f.Script, "script", "", "a `FILE` with requests and what is replied to each: NDJSON, or txtar where it ends in .txtar or .txt")
	f.registerUpstream()
	f.registerChance()
}

// RegisterInFront adds those of a daemon whose replies a real one makes.
func (f *Flags) RegisterInFront(set *pflag.FlagSet) {
	f.set = set
	f.registerProtocol()
	f.registerUpstream()
	f.registerChance()
}

func (f *Flags) registerProtocol() {
	f.set.StringVar(&f.Protocol, "protocol", "", "the `PROTOCOL` that the daemon speaks: lines, ndjson, nul, jsonrpc, jsonrpc-headers, jsonrpc-values, resp, length-prefix:PRESET or length-prefix:offset=4,width=4,order=le,adjust=0,max=1048576 (default lines)")
}

func (f *Flags) registerUpstream() {
	f.set.StringVar(&f.Upstream, "upstream", "", "the `ADDRESS` of a real daemon that replies, which this one is in front of: unix:/run/real.sock, tcp:HOST:PORT, or exec:COMMAND ARGS, a program for each client")
}

func (f *Flags) registerChance() {
	f.set.StringArrayVar(&f.Match, "match", nil, "let faults act only on requests with `method=GLOB`, member=NAME:VALUE, hex=BYTES or hex=OFFSET:BYTES; of several, any")
	f.set.Uint64Var(&f.Seed, "seed", 0, "where all chance comes from; 0 draws a seed for each run")
}

// Complete adds the completion of the flags' values to a command.
func (f *Flags) Complete(cmd *cobra.Command, own Own) {
	complete := func(flag string, values ...string) {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("protocol", own.ProtocolNames()...)
	complete("match", "method=", "member=", "hex=")
	complete("upstream", "unix:", "tcp:", "exec:")
}

// Build returns what the flags say. An error is a mistake in a flag.
func (f *Flags) Build(own Own) (Setup, error) {
	p, err := own.find(f.Protocol)
	if err != nil {
		return Setup{}, err
	}
	s := Setup{
		Config:   faultdaemon.Config{Catalogues: own.Catalogues, Protocol: p.value, Seed: f.Seed},
		Protocol: p.name, Reads: p.reads,
	}
	if err := f.replies(&s, own); err != nil {
		return Setup{}, err
	}
	if s.Config.FaultMatcher, err = matcher(p, f.Match); err != nil {
		return Setup{}, fmt.Errorf("--match %w", err)
	}
	return s, nil
}
