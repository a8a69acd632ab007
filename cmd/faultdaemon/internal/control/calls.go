package control

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"
)

// callsReply is every request that the daemon read and has not forgotten.
type callsReply struct {
	Calls []callReply `json:"calls"`
}

// callReply is a request as it came, framing included.
type callReply struct {
	Timestamp time.Time `json:"timestamp"` // when it was whole
	Encoding  string    `json:"encoding"`  // of Request: text, base64 or hex
	Request   string    `json:"request"`
}

func (s *Server) getCalls(_ http.ResponseWriter, r *http.Request) (any, error) {
	encode, err := encoding(r.URL.Query()["encoding"])
	if err != nil {
		return nil, err
	}
	reply := callsReply{Calls: []callReply{}}
	for _, call := range s.daemon.GetCalls() {
		name, text := encode(call.Request)
		reply.Calls = append(reply.Calls, callReply{call.Timestamp.UTC(), name, text})
	}
	return reply, nil
}

// encoding returns what puts bytes into a JSON string, and what that is called.
func encoding(values []string) (func([]byte) (name, text string), error) {
	inBase64 := func(b []byte) (string, string) { return "base64", base64.StdEncoding.EncodeToString(b) }
	name := "text"
	if len(values) > 0 {
		name = values[len(values)-1]
	}
	switch name {
	case "text":
		return func(b []byte) (string, string) {
			if !utf8.Valid(b) {
				return inBase64(b)
			}
			return "text", string(b)
		}, nil
	case "base64":
		return inBase64, nil
	case "hex":
		return func(b []byte) (string, string) { return "hex", hex.EncodeToString(b) }, nil
	}
	return nil, errors.New("encoding is " + name + ": want text (base64 where a request is no UTF-8), base64 or hex")
}

func (s *Server) deleteCalls(http.ResponseWriter, *http.Request) (any, error) {
	s.daemon.ResetCalls()
	return nil, nil
}
