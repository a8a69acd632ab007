package langserver_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A daemon that asks and asks and reads no answer: the client would stand still
// with it, each waiting for the other to read.
func TestADaemonThatIsDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		asked, gone := 0, make(chan struct{})
		go func() {
			defer close(gone)
			r := bufio.NewReader(far)
			_, err := jsonrpc.Headers.ReadMessage(r, 1<<10) // initialize
			assert.NoError(t, err)
			assert.NoError(t, say(far, `{"jsonrpc":"2.0","id":1,"result":{"capabilities":{}}}`))
			_, err = jsonrpc.Headers.ReadMessage(r, 1<<10) // initialized
			assert.NoError(t, err)
			for asked < 1000 && say(far, `{"jsonrpc":"2.0","id":1,"method":"workspace/configuration"}`) == nil {
				asked++
			}
		}()
		start := time.Now()
		c := begin(t, near)
		<-gone
		assert.Equal(t, langserver.DefaultTimeout, time.Since(start))
		assert.Less(t, asked, 100, "what waits to be written has a limit")
		_, err := c.Hover(t.Context(), uri, 1)
		assert.ErrorContains(t, err, "the daemon reads no answers to its requests")
		require.NoError(t, far.Close())
	})
}

// say writes a message.
func say(w io.Writer, text string) error {
	message, err := jsonrpc.Headers.Frame([]byte(text))
	if err != nil {
		return err
	}
	_, err = w.Write(message)
	return err
}
