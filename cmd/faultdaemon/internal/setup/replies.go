package setup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A respond is a Config.Respond.
type respond = func(*faultdaemon.Exchange) ([]byte, error)

// replies completes a setup whose protocol is known with where its replies come
// from: a flag, the tool's own handler, or an echo.
func (f *Flags) replies(s *Setup, own Own) error {
	sources := []struct {
		flag string
		use  func(s *Setup, value string) error
	}{
		{"reply", useReply}, {"reply-raw", useRaw}, {"methods", useMethods}, {"script", useScript}, {"upstream", f.useUpstream},
	}
	used := ""
	for _, source := range sources {
		flag := f.set.Lookup(source.flag)
		if flag == nil || !flag.Changed {
			continue
		}
		if used != "" {
			return fmt.Errorf("--%s and --%s both say what a healthy daemon replies: use one of them", used, source.flag)
		}
		used = source.flag
		if err := source.use(s, flag.Value.String()); err != nil {
			return fmt.Errorf("--%s: %w", source.flag, err)
		}
	}
	switch {
	case used != "":
	case len(f.Command) > 0:
		s.inFront(f.program(f.Command), shellescape.QuoteCommand(f.Command))
	case own.Handler != nil:
		s.Config.ResponseHandler = own.Handler
		s.Replies, s.Cure = "what this tool's own handler returns", "requests get what the tool's handler returns unless --reply, --script or --upstream says what a healthy daemon replies"
	default:
		useEcho(s)
	}
	return nil
}

// useReply replies with a payload to every request that expects a reply.
func useReply(s *Setup, value string) error {
	payload, err := content(value)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(value, "hex:") {
		payload = bytes.TrimSuffix(payload, []byte{'\n'}) // of a file
	}
	p := s.Config.Protocol
	if _, is := p.(jsonrpc.Protocol); is && !isResponse(payload) {
		return fmt.Errorf(`%s: a JSON-RPC reply has a result or an error, as in {"jsonrpc":"2.0","result":"ok"}; its id is added`, verdict.Quote(payload))
	}
	message, err := p.Frame(payload)
	if err != nil {
		return err
	}
	s.Config.Respond = func(e *faultdaemon.Exchange) ([]byte, error) {
		if !p.ExpectsReply(e.Request()) {
			return []byte{}, nil
		}
		return replyTo(p, e.Request(), payload)
	}
	s.Replies, s.Cure = verdict.Quote(message), "see that --reply is what this client expects"
	return nil
}

// isResponse reports whether a payload is a Response object of JSON-RPC.
func isResponse(payload []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil {
		return false
	}
	return members["result"] != nil || members["error"] != nil
}

// useRaw replies with whole messages, framing included.
func useRaw(s *Setup, value string) error {
	message, err := content(value)
	if err != nil {
		return err
	}
	p, send := s.Config.Protocol, handlers.Static(message)
	s.Config.ResponseHandler = func(request []byte) []byte {
		if !p.ExpectsReply(request) {
			return []byte{}
		}
		return send(request)
	}
	s.Replies, s.Cure = verdict.Quote(message), "see that --reply-raw is what this client expects, framing included"
	return nil
}

// useScript replies as a script says. What is used up of it is counted for each
// daemon by itself.
func useScript(s *Setup, name string) error {
	if _, err := handlers.ReadScript(name); err != nil {
		return err
	}
	s.NewRespond = func() (respond, error) {
		script, err := handlers.ReadScript(name)
		if err != nil {
			return nil, err
		}
		return script.ByContent, nil
	}
	s.Replies, s.Cure = "what the script "+name+" has for it", "see that "+name+" has every request of this client, and what it expects"
	return nil
}
