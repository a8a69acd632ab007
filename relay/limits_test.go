package relay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTranscriptsAreBounded(t *testing.T) {
	const text = `{"faultdaemon":"transcript","version":1,"start":"2000-01-01T00:00:00Z"}` + "\n" +
		`{"ns":1,"conn":1,"dir":"->","text":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}` + "\n"
	_, err := read(strings.NewReader(text), limits{line: 100, all: int64(len(text))})
	require.NoError(t, err)
	_, err = read(strings.NewReader(text), limits{line: 80, all: 1000})
	require.EqualError(t, err, "transcript: line 2: it is over 80 bytes: record without that message")
	_, err = read(strings.NewReader(text), limits{line: 100, all: int64(len(text) - 10)})
	require.EqualError(t, err, "transcript: line 2: the transcript is over 146 bytes: keep its first line and fewer connections")
}
