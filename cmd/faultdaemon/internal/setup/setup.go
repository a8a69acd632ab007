// Package setup makes the config of a healthy daemon from flags: what it
// listens on, what it speaks, and where its replies come from. All commands that
// run a daemon share them.
package setup

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Flags are those that say what a healthy daemon does.
type Flags struct {
	Protocol string
	Reply    string

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
	Config  faultdaemon.Config
	Replies string // where the replies come from, in words
	Cure    string // what to change where they do not suit a client
}

// Register adds the flags to a command's.
func (f *Flags) Register(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.Protocol, "protocol", "", "what the daemon speaks (default: lines)")
	set.StringVar(&f.Reply, "reply", "", "what a healthy daemon replies to every request (default: the request itself)")
}

// Build returns what the flags say. An error is a mistake in a flag.
func (f *Flags) Build(own Own) (Setup, error) {
	s := Setup{
		Config:  faultdaemon.Config{Catalogues: own.Catalogues, ResponseHandler: own.Handler},
		Replies: "the request itself", Cure: "requests are echoed unless --reply says what a healthy daemon replies",
	}
	if len(own.Protocols) == 1 && f.Protocol == "" {
		for _, p := range own.Protocols {
			s.Config.Protocol = p
		}
	}
	if f.set.Changed("reply") {
		reply := []byte(strings.TrimSuffix(f.Reply, "\n") + "\n")
		s.Config.ResponseHandler = func([]byte) []byte { return reply }
		s.Replies, s.Cure = verdict.Quote(reply), "see that --reply is what this client expects"
	}
	return s, nil
}
