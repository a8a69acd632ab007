package faultdaemon_test

import (
	"bufio"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// bars is a protocol whose messages end with a bar, and where a message that
// begins with an exclamation mark expects no reply.
type bars struct{ bare }

func (bars) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return faultdaemon.ReadDelimited(r, '|', limit)
}

func (bars) ExpectsReply(request []byte) bool { return !strings.HasPrefix(string(request), "!") }

func TestProtocolOfAUsersOwn(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Protocol: bars{}}, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n|!two|three|", "one\n|three|") // the notification is not echoed
		require.Equal(t, []string{"one\n|", "!two|", "three|"}, h.requests())
		h.SetFault(faultdaemon.FaultSlowResponse.With(moment))
		c.exchange("!four|five|", "five|")
		require.Equal(t, "there is no reply", h.event(faultdaemon.EventNotFired).Detail)
	})
}

// Open connections keep their protocol and size limit; for all that follow,
// and for everything else, the new Config holds.
func TestSetConfigOnOpenConnections(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Protocol: bars{}}, func(t *testing.T, h host) {
		open := h.client()
		open.exchange("one|", "one|")
		h.SetConfig(faultdaemon.Config{MaxRequestBytes: 4})
		open.exchange("a line\n of more than 4 bytes|", "a line\n of more than 4 bytes|")
		open.exchange("!not echoed|echoed|", "echoed|")
		next := h.client()
		next.exchange("!|3\n", "!|3\n")
		h.SetConfig(faultdaemon.Config{ResponseHandler: returns("pong")})
		open.exchange("ping|", "pong")
		next.exchange("4\n", "pong")
		next.send("5 is too long\n")
		next.ends("", faultdaemon.EndEOF)
	})
}
