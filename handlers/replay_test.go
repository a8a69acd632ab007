package handlers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/relay"
)

// record has a client use a daemon through a relay and returns what passed.
func record[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, faulttest.Dialer) (T, error)) *relay.Transcript {
	t.Helper()
	var file bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		behind := start(t, cfg)
		recorder := relay.Record(&file, relay.RecordOptions{})
		front := start(t, faultdaemon.Config{Protocol: cfg.Protocol, Tap: recorder.Tap, Upstream: behind.Dial})
		_, err := client(t.Context(), front.Dial)
		require.NoError(t, err)
		front.Stop()
		require.NoError(t, recorder.Close())
	})
	transcript, err := relay.ReadTranscript(&file)
	require.NoError(t, err)
	return transcript
}

// transcript reads lines behind a header.
func transcript(t *testing.T, lines string) *relay.Transcript {
	t.Helper()
	read, err := relay.ReadTranscript(strings.NewReader(
		`{"faultdaemon":"transcript","version":1,"start":"2000-01-01T00:00:00Z"}` + "\n" + lines))
	require.NoError(t, err)
	return read
}

// asks is a client that asks one thing after the other on a connection, reads
// messages of a protocol and returns them.
func asks(p faultdaemon.Protocol, requests ...string) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (replies []string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		if deadline, ok := ctx.Deadline(); ok {
			if err := conn.SetDeadline(deadline.Add(-time.Second)); err != nil {
				return nil, err
			}
		}
		reader := bufio.NewReader(conn)
		for _, request := range requests {
			if _, err := io.WriteString(conn, request); err != nil {
				return nil, err
			}
			reply, err := p.ReadMessage(reader, 1<<16)
			if err != nil {
				return nil, err
			}
			replies = append(replies, string(reply))
		}
		return replies, nil
	}
}

// Whoever is judged against the replay of a daemon is judged as against the daemon.
func TestReplayGivesTheSameVerdicts(t *testing.T) {
	count := 0
	for name, c := range map[string]struct {
		cfg    faultdaemon.Config
		client func(context.Context, faulttest.Dialer) ([]string, error)
	}{
		"lines": {
			faultdaemon.Config{ResponseHandler: func(r []byte) []byte { return bytes.ToUpper(r) }},
			asks(faultdaemon.Lines, "ping\n", "who\n"),
		},
		"ndjson": {
			ndjson.Lines.Config(func(request json.RawMessage) (any, error) {
				return map[string]any{"asked": request}, nil
			}),
			asks(ndjson.Lines, `{"id":1,"type":"a"}`+"\n", `{"id":2,"type":"b"}`+"\n"),
		},
		"jsonrpc": {
			jsonrpc.Headers.Config(jsonrpc.Methods{"add": func(params json.RawMessage) (any, error) {
				return map[string]any{"sum": string(params)}, nil
			}}),
			asks(jsonrpc.Headers, headed(`{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}`)),
		},
		"lengthprefix": {
			faultdaemon.Config{Protocol: lengthprefix.Kafka(), ResponseHandler: func(r []byte) []byte { return r }},
			asks(lengthprefix.Kafka(), "\x00\x00\x00\x02hi", "\x00\x00\x00\x03you"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			upstream, err := handlers.Replay(record(t, c.cfg, c.client), protocolOf(c.cfg), handlers.ReplayOptions{})
			require.NoError(t, err)
			want := faulttest.Judge(t, c.cfg, c.client, nil)
			got := faulttest.Judge(t, faultdaemon.Config{Protocol: c.cfg.Protocol, Upstream: upstream}, c.client, nil)
			require.NoError(t, want.Err)
			require.NoError(t, got.Err)
			require.Equal(t, verdicts(want), verdicts(got))
			count += len(want.Results)
		})
	}
	require.Greater(t, count, 100)
}

func headed(text string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text) }

func verdicts(r faulttest.Report) (list []string) {
	for _, result := range r.Results {
		list = append(list, fmt.Sprintf("%s: %s, %s", result.Fault, result.Verdict, result.Grade))
	}
	return list
}

func protocolOf(cfg faultdaemon.Config) faultdaemon.Protocol {
	if cfg.Protocol == nil {
		return faultdaemon.Lines
	}
	return cfg.Protocol
}

// unspaced has no blanks between the digits of a transcript.
func unspaced(lines string) string { return strings.ReplaceAll(lines, " ", "") }
