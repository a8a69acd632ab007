package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

type request struct {
	JSONRPC string         `json:"jsonrpc"`
	ID      int            `json:"id"`
	Method  string         `json:"method"`
	Params  map[string]any `json:"params"`
}

type reply struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	line   []byte
}

// empty is an answer without a text.
var empty = textReply("")

func textReply(text string) *reply {
	quoted, _ := json.Marshal(text) // a string
	return &reply{Result: []byte(`{"content":[{"text":` + string(quoted) + `}]}`)}
}

func (s *server) handshake() error {
	deadline := s.deadline
	switch s.bug {
	case "no_start_deadline":
		deadline = never
	case "handshake_optional":
		deadline = time.Now().Add(time.Until(deadline) / 4)
	}
	r, err := s.request(request{ID: 1, Method: "initialize", Params: map[string]any{
		"protocolVersion": "2025-06-18", "capabilities": map[string]any{},
	}}, deadline)
	switch {
	case errors.Is(err, errTimeout) && s.bug == "handshake_optional":
		r, s.anyReply = empty, true
	case errors.Is(err, errEnded) && s.bug == "handshake_unguarded":
	case err != nil:
		return err
	}
	if string(r.Result) == "null" {
		return errors.New("the server does not want to be initialized")
	}
	return nil
}

func (s *server) call() (string, error) {
	r, err := s.request(request{ID: 2, Method: "tools/call", Params: map[string]any{
		"name": "weather", "arguments": map[string]any{},
	}}, s.deadline)
	if err != nil {
		return "", err
	}
	if s.bug == "keeps_cr" {
		return string(r.line), nil
	}
	var result struct{ Content []struct{ Text string } }
	if err := json.Unmarshal(r.Result, &result); err != nil {
		return "", fmt.Errorf("there is no text in the reply: %w", err)
	}
	if result.Content == nil && !s.anyReply && s.bug != "any_line_is_reply" {
		return "", errors.New("there is no text in the reply")
	}
	var text strings.Builder
	for _, part := range result.Content {
		text.WriteString(part.Text)
	}
	return text.String(), nil
}

func (s *server) request(r request, deadline time.Time) (*reply, error) {
	r.JSONRPC = "2.0"
	if s.pad > 0 {
		r.Params["padding"] = strings.Repeat(".", s.pad)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	s.write(append(line, '\n'))
	got, err := s.reply(r.ID, deadline)
	if err == nil && got.Result == nil {
		return nil, fmt.Errorf("the server says %s", got.Error)
	}
	return got, err
}

// reply returns the reply with this id, and skips everything else on stdout.
func (s *server) reply(id int, deadline time.Time) (*reply, error) {
	for !s.signs["exit"] || !s.signs["stdout"] {
		var e event
		select {
		case e = <-s.events:
		case <-time.After(time.Until(deadline)):
			if len(s.signs) > 0 {
				return s.end()
			}
			return nil, errTimeout
		}
		switch e.kind {
		case "error":
			return nil, e.err
		case "line":
			if r := s.parse(e.line); r != nil && (s.bug == "any_line_is_reply" || s.answers(r, id)) {
				return r, nil
			}
			continue
		case "stdout":
			s.rest = e.line
		case "write":
			s.writeErr = e.err
		}
		s.signs[e.kind] = true
		deadline = s.linger(deadline)
	}
	return s.end()
}

func (s *server) answers(r *reply, id int) bool {
	return r.Method == "" && (string(r.ID) == fmt.Sprint(id) || s.anyReply)
}

// parse returns the object in a line, or nil.
func (s *server) parse(line []byte) *reply {
	r := reply{line: line}
	text := bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")))
	err := json.Unmarshal(text, &r)
	switch {
	case err == nil && text[0] == '{':
		return &r
	case err != nil && s.bug == "parse_error_unhandled":
		panic(err)
	case s.bug == "any_line_is_reply":
		return textReply(string(line))
	}
	return nil
}
