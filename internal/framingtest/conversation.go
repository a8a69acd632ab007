package framingtest

import (
	"context"
	"io"
	"net"
)

// A Turn is what a client sends, and what its server then sends.
type Turn [2]string

// Upstream returns an upstream whose server holds a conversation, on each connection anew.
func Upstream(conversation []Turn) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go func() { // ends with the connection
			defer far.Close()
			for _, turn := range conversation {
				if _, err := io.ReadFull(far, make([]byte, len(turn[0]))); err != nil {
					return
				}
				if _, err := io.WriteString(far, turn[1]); err != nil {
					return
				}
			}
			_, _ = far.Read(make([]byte, 1)) // until the connection is over
		}()
		return near, nil
	}
}
