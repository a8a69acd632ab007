package e2e

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A session is one connection of a client that nobody here wrote.
type session interface {
	// call asks the daemon for a method, with one text, and returns the text
	// that came back. A client that has deadlines gets ctx.
	call(ctx context.Context, method, text string) (string, error)

	// close ends the session as the client's documentation says.
	close() error
}

// A notifier is the session of a protocol that has notifications.
type notifier interface {
	notify(ctx context.Context) error
}

// A batcher is the session of a client that has batches: it makes two calls in
// one.
type batcher interface {
	batch(ctx context.Context, method string, texts [2]string) ([2]string, error)
}

// An opener begins a session on a connection, as the client's documentation
// says. A session that outlives ctx is one whose client does not end it then.
type opener func(ctx context.Context, conn net.Conn) (session, error)

// A client is one way to talk to a daemon, and what came of it.
type client struct {
	config faultdaemon.Config // of the daemon, which has the methods echo, size, big and fail
	dial   func(ctx context.Context, t *testing.T, path string) (session, error)
	faults []trial
}

// onSocket dials a Unix socket and opens a session on the connection.
func onSocket(open opener) func(context.Context, *testing.T, string) (session, error) {
	return func(ctx context.Context, _ *testing.T, path string) (session, error) {
		conn, err := net.Dial("unix", path)
		if err != nil {
			return nil, err
		}
		return open(ctx, conn)
	}
}

const (
	// patience is how long a test waits for what has to come; it fails then.
	patience = 20 * time.Second

	// deadline is how long a call may take that is expected to meet silence,
	// largeDeadline one that has much to write before it does.
	deadline      = 250 * time.Millisecond
	largeDeadline = time.Second

	// grace is how long after its deadline a call is said to hang.
	grace = 250 * time.Millisecond

	// bigSize is how long the text is that big returns.
	bigSize = 1 << 20

	// largeSize is more than a socket holds that nobody reads.
	largeSize = 512 << 10

	// failMessage is what fail fails with.
	failMessage = "no such note"

	// notification is the method of the notification that a session sends.
	notification = "notifications/note"
)

// run tests a client.
func run(t *testing.T, c client) {
	t.Parallel()
	t.Run("healthy", func(t *testing.T) {
		t.Parallel()
		c.healthy(t)
	})
	for _, tr := range c.faults {
		t.Run(string(tr.fault), func(t *testing.T) {
			t.Parallel()
			c.try(t, tr)
		})
	}
}

// healthy is a session as the daemon's users want it: it shows that what a
// trial sees comes of the fault.
func (c client) healthy(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d := faulttest.Start(t, c.config)
	s, err := c.dial(ctx, t, d.SocketPath())
	require.NoError(t, err)

	text, err := s.call(ctx, "echo", "café")
	require.NoError(t, err)
	assert.Equal(t, "café", text)

	if n, ok := s.(notifier); ok {
		before := len(d.GetCalls())
		require.NoError(t, n.notify(ctx))
		require.NoError(t, d.WaitForCalls(ctx, before+1))
		assert.Contains(t, string(d.GetCalls()[before].Request), `"method":"notifications/`)
	}

	_, err = s.call(ctx, "fail", "")
	assert.ErrorContains(t, err, failMessage)

	var calls sync.WaitGroup
	for i := range 50 {
		calls.Go(func() {
			want := fmt.Sprint("note ", i)
			got, err := s.call(ctx, "echo", want)
			assert.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
	calls.Wait()

	text, err = s.call(ctx, "big", "")
	require.NoError(t, err)
	assert.Len(t, text, bigSize)
	assert.Empty(t, strings.Trim(text, "x"), "the text is another")

	large := strings.Repeat("x", largeSize)
	text, err = s.call(ctx, "echo", large)
	require.NoError(t, err)
	assert.True(t, text == large, "the text is another, of %d bytes", len(text))

	require.NoError(t, s.close())
}
