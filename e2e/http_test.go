package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"testing"

	docker "github.com/moby/moby/client"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// httpRequests is the protocol of HTTP/1.1, as far as it is needed here: a message is what
// ends with a blank line, which is a head or the chunks of a body.
type httpRequests struct{}

func (httpRequests) ReadMessage(r *bufio.Reader, limit int) (message []byte, err error) {
	for !bytes.HasSuffix(message, []byte("\r\n\r\n")) {
		line, err := faultdaemon.ReadDelimited(r, '\n', limit-len(message))
		message = append(message, line...)
		switch {
		case err == io.EOF && len(message) > 0:
			return message, fmt.Errorf("%w: in a header", io.ErrUnexpectedEOF)
		case err != nil:
			return message, err
		}
	}
	return message, nil
}

func (httpRequests) Frame(body []byte) ([]byte, error) {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body), nil
}

// ExpectsReply is true for a head.
func (httpRequests) ExpectsReply(request []byte) bool {
	return bytes.Contains(request, []byte(" HTTP/1.1\r\n"))
}

// EndsReply is false for a head with chunks behind it.
func (httpRequests) EndsReply(message []byte) bool {
	return !bytes.Contains(message, []byte("\r\nTransfer-Encoding: chunked\r\n"))
}

func (httpRequests) Catalogue() *faultdaemon.Catalogue { return nil }

// dockerConfig is a dockerd that has every volume that it is asked for.
func dockerConfig() faultdaemon.Config {
	return faultdaemon.Config{Protocol: httpRequests{}, Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(e.Request())))
		if err != nil {
			return nil, err
		}
		return httpRequests{}.Frame(fmt.Appendf(nil, `{"Name":%q}`, path.Base(r.URL.Path)))
	}}
}

// openDocker opens a client of Docker, which makes connections as it needs them.
func openDocker(_ context.Context, dial faulttest.Dialer) (func(context.Context, int) (string, error), func(), error) {
	client, err := docker.New(docker.WithHost("unix:///var/run/docker.sock"), docker.WithAPIVersion("1.47"),
		docker.WithDialContext(func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }))
	if err != nil {
		return nil, nil, err
	}
	inspect := func(ctx context.Context, i int) (string, error) {
		found, err := client.VolumeInspect(ctx, fmt.Sprint("volume-", i), docker.VolumeInspectOptions{})
		return found.Volume.Name, err
	}
	return inspect, func() { _ = client.Close() }, nil
}

// The message that Docker's client sends is one of the protocol.
func TestDockerSpeaksHTTP(t *testing.T) {
	d := faulttest.Start(t, dockerConfig())
	call, end, err := openDocker(t.Context(), d.Dial)
	require.NoError(t, err)
	defer end()
	name, err := call(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, "volume-7", name)
	require.Contains(t, string(d.GetCalls()[0].Request), "GET /v1.47/volumes/volume-7 HTTP/1.1\r\n")
}
