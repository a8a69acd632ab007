package e2e

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/resp"
	"github.com/faultdaemon/toolkit/relay"
)

// A session with a real server, with what it publishes to a subscriber, is recorded once and
// then does without the server.
func TestRedisIsReplayed(t *testing.T) {
	server := startRedis(t)
	var file bytes.Buffer
	recorder := relay.Record(&file, relay.RecordOptions{})
	front := faultdaemon.New("", faultdaemon.Config{Protocol: resp.Protocol{}, Tap: recorder.Tap, Upstream: server.config.Upstream})
	require.NoError(t, front.Start())
	defer front.Stop()
	want, err := callRedigo()(t.Context(), front.Dial)
	require.NoError(t, err)
	require.Equal(t, "first second third", want)
	front.Stop()
	require.NoError(t, recorder.Close())

	transcript, err := relay.ReadTranscript(&file)
	require.NoError(t, err)
	replayed, err := handlers.Replay(transcript, resp.Protocol{}, handlers.ReplayOptions{})
	require.NoError(t, err)
	again := faultdaemon.New("", faultdaemon.Config{Protocol: resp.Protocol{}, Upstream: replayed})
	require.NoError(t, again.Start())
	defer again.Stop()
	got, err := callRedigo()(t.Context(), again.Dial)
	require.NoError(t, err, "%v", again.Events())
	require.Equal(t, want, got)
}
