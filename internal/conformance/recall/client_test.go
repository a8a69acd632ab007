package recall_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// A client is what is judged.
type client = func(context.Context, faulttest.Dialer) (string, error)

// A peer is the daemon, as a client has it.
type peer struct {
	net.Conn
	r *bufio.Reader
}

// A use is what a client does on its connection.
type use func(*peer) (string, error)

// timely is a client that waits no longer than its context lasts.
func (u use) timely(ctx context.Context, dial faulttest.Dialer) (string, error) {
	return use(func(p *peer) (string, error) {
		deadline, _ := ctx.Deadline()
		if err := p.SetDeadline(deadline); err != nil {
			return "", err
		}
		return u(p)
	}).forever(ctx, dial)
}

// forever is a client that waits for as long as it takes.
func (u use) forever(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	return u(&peer{conn, bufio.NewReader(conn)})
}

// A style is how a client of JSON-RPC talks: what it writes for a text, how it
// reads one, and which message it takes for its response.
type style struct {
	write func(text string) string
	read  func(*peer) ([]byte, error)
	take  take
}

// A take says whether a message, or the error of reading one, ends the call
// with this id: as its response, with an error, or not.
type take func(m message, err error, id int) (mine bool, failure error)

// rightly makes no mistake.
func rightly(m message, err error, id int) (mine bool, failure error) {
	return err == nil && m.Method == "" && string(m.ID) == strconv.Itoa(id), err
}

// asks makes a call for each key, one after the other.
func (s style) asks(keys ...string) use {
	return func(p *peer) (answers string, err error) {
		for i, key := range keys {
			go func() { _, _ = p.Write([]byte(s.request(i+1, key))) }() // while it reads; ends with the connection
			answer, err := s.await(p, i+1)
			if err != nil {
				return "", err
			}
			answers += answer
		}
		return answers, nil
	}
}

func (s style) request(id int, key string) string {
	return s.write(fmt.Sprintf(`{"jsonrpc":"2.0","method":"get","params":["%s"],"id":%d}`, key, id))
}

// await reads until the call with this id has ended.
func (s style) await(p *peer, id int) (string, error) {
	for {
		text, err := s.read(p)
		if err != nil {
			return "", err
		}
		m, err := parse(text)
		if mine, failure := s.take(m, err, id); mine || failure != nil {
			return string(m.Result), failure
		}
	}
}

// A message is what a daemon sends.
type message struct {
	Method            string
	ID, Result, Error json.RawMessage
}

func parse(text []byte) (m message, err error) {
	if err := json.Unmarshal(text, &m); err != nil {
		return m, err
	}
	if m.Method == "" && (m.Result == nil) == (m.Error == nil) {
		return m, errors.New("a response with neither result nor error, or with both")
	}
	return m, nil
}

// notes answers each request with another note.
var notes = jsonrpc.Methods{"get": func(params json.RawMessage) (any, error) {
	var keys []string
	err := json.Unmarshal(params, &keys)
	return fmt.Sprintf("note %.4s", strings.Join(keys, "")), err
}}

// onLines is the daemon that speaks lines, with the faults of those.
func onLines() faultdaemon.Config {
	cfg := jsonrpc.Lines.Config(notes)
	cfg.Catalogues = []*faultdaemon.Catalogue{ndjson.Faults}
	return cfg
}

func line(text string) string { return text + "\n" }

func readLine(p *peer) ([]byte, error) { return p.r.ReadBytes('\n') }

// lined is the style on lines that makes no mistake.
var lined = style{line, readLine, rightly}

// large is a key that no buffer of a socket holds.
var large = strings.Repeat("x", 300<<10)
