package relay_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/relay"
)

// FuzzReadTranscript records what was read again: it is the same then.
func FuzzReadTranscript(f *testing.F) {
	for _, lines := range []string{
		"", `{"ns":0,"conn":1,"dir":"->","end":true}`,
		`{"ns":1,"conn":1,"dir":"<-","id":"\"a\"","text":"{\"id\":\"a\"}\n"}` + "\n" + `{"ns":2,"conn":9,"dir":"->","hex":"00ff","raw":true}`,
		`{"ns":9223372036854775807,"conn":1,"dir":"<-","text":"\u0000\u0001\ud800\r\n\u2028"}`,
	} {
		f.Add([]byte(head + lines))
	}
	f.Add([]byte(strings.Replace(head, "1", "2", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := relay.ReadTranscript(bytes.NewReader(text))
		if err != nil {
			require.Contains(t, err.Error(), "transcript: line ")
			return
		}
		var again bytes.Buffer
		recorder := relay.Record(&again, relay.RecordOptions{Protocol: first.Protocol})
		for _, m := range first.Messages {
			recorder.Tap(m)
		}
		require.NoError(t, recorder.Close())
		second, err := relay.ReadTranscript(&again)
		require.NoError(t, err)
		require.Equal(t, first.Protocol, second.Protocol)
		require.Len(t, second.Messages, len(first.Messages))
		for i, want := range first.Messages {
			got := second.Messages[i]
			want.Time = got.Time // relative to another start
			require.Equal(t, want, got)
		}
	})
}
