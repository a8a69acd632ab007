package relay

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// SkipMessage ends where ReadMessage does, and returns the beginning of the same message.
func TestSkippingReadsAsReading(t *testing.T) {
	for name, s := range subjects() {
		t.Run(name, func(t *testing.T) {
			skipper := s.protocol.(faultdaemon.Skipper)
			rapid.Check(t, func(rt *rapid.T) {
				stream := s.draw(rt, "stream", 1<<20).all()
				keep := rapid.IntRange(0, 10_000).Draw(rt, "keep")
				reading := bufio.NewReader(strings.NewReader(stream))
				skipping := bufio.NewReader(iotest.HalfReader(strings.NewReader(stream)))
				for {
					whole, err := s.protocol.ReadMessage(reading, 1<<20)
					whole = bytes.Clone(whole)
					head, skipErr := skipper.SkipMessage(skipping, keep)
					if (err == nil) != (skipErr == nil) {
						rt.Fatalf("read: %v, skip: %v", err, skipErr)
					}
					if err != nil {
						return
					}
					if want := whole[:min(keep, len(whole))]; !bytes.Equal(head, want) {
						rt.Fatalf("skip returns %q, want %q", head, want)
					}
				}
			})
		})
	}
}
