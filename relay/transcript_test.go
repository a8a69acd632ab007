package relay_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

const head = `{"faultdaemon":"transcript","version":1,"protocol":"ndjson","start":"2000-01-01T00:00:00Z"}` + "\n"

func TestReadTranscript(t *testing.T) {
	got, err := relay.ReadTranscript(strings.NewReader(head +
		`{"ns":1500000000,"conn":2,"dir":"->","id":"7","text":"a\n"}` + "\n" +
		`{"ns":1600000000,"conn":2,"dir":"<-","hex":"00FF","raw":true}` + "\n" +
		`{"ns":1500000000,"conn":2,"dir":"->","end":true}`))
	require.NoError(t, err)
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, &relay.Transcript{Protocol: "ndjson", Start: start, Messages: []faultdaemon.Message{
		{Time: start.Add(1500 * time.Millisecond), Connection: 2, Direction: faultdaemon.ToUpstream, ID: "7", Data: []byte("a\n")},
		{Time: start.Add(1600 * time.Millisecond), Connection: 2, Direction: faultdaemon.ToClient, Data: []byte{0, 255}, Raw: true},
		{Time: start.Add(1500 * time.Millisecond), Connection: 2, Direction: faultdaemon.ToUpstream},
	}}, got)
}

func TestTranscriptsThatAreWrong(t *testing.T) {
	good := `{"ns":1,"conn":1,"dir":"->","text":"a"}` + "\n"
	for text, want := range map[string]string{
		"":        `line 1: it is empty: record it again`,
		"GET /\n": `line 1: no transcript begins with "GET /": want {"faultdaemon":"transcript","version":1,...}`,
		"{}":      `line 1: no transcript begins with "{}": want {"faultdaemon":"transcript","version":1,...}`,
		`{"faultdaemon":"transcript","version":2,"more":1}`:                   `line 1: its version is 2, and this program reads 1: read it with the release that has recorded it`,
		head + good + `{"ns":1,"conn":1,"di`:                                  `line 3: "{\"ns\":1,\"conn\":1,\"di" is no line of a transcript: unexpected EOF: if it was cut off when the recording ended, delete it`,
		head + "\n":                                                           `line 2: "" is no line of a transcript: EOF: if it was cut off when the recording ended, delete it`,
		head + `{"who":1}`:                                                    `line 2: "{\"who\":1}" is no line of a transcript: json: unknown field "who": if it was cut off when the recording ended, delete it`,
		head + `{"ns":1,"conn":1,"dir":"->","text":"a"}{}`:                    `line 2: "{\"ns\":1,\"conn\":1,\"dir\":\"->\",\"text\":\"a\"}{}" is more than one object: if it was cut off when the recording ended, delete it`,
		head + "{\"ns\":1,\"conn\":1,\"dir\":\"->\",\"text\":\"\xff\"}":       `line 2: "{\"ns\":1,\"conn\":1,\"dir\":\"->\",\"text\":\"\xff\"}" is not UTF-8: if it was cut off when the recording ended, delete it`,
		head + `{"ns":-1,"conn":1,"dir":"->","text":"a"}`:                     `line 2: ns is -1: want nanoseconds since the start, 0 or more`,
		head + `{"ns":1,"dir":"->","text":"a"}`:                               `line 2: conn is 0: want the number of a connection, 1 or more`,
		head + `{"ns":1,"conn":1,"dir":"to","text":"a"}`:                      `line 2: dir is "to": want "->" or "<-"`,
		head + `{"ns":1,"conn":1,"dir":"->"}`:                                 `line 2: want one of text, hex and end`,
		head + `{"ns":1,"conn":1,"dir":"->","text":"a","end":true}`:           `line 2: want one of text, hex and end`,
		head + `{"ns":1,"conn":1,"dir":"->","text":"a","hex":"00"}`:           `line 2: want one of text, hex and end`,
		head + `{"ns":1,"conn":1,"dir":"->","text":""}`:                       `line 2: the message is empty: delete the line, or say end where nothing more comes`,
		head + `{"ns":1,"conn":1,"dir":"->","hex":"0"}`:                       `line 2: hex is no hexadecimal: encoding/hex: odd length hex string: write two digits for each byte`,
		head + good + `{"ns":1,"conn":1,"dir":"->","end":true}` + "\n" + good: `line 4: -> of connection 1 has ended before: delete the line, or the one that ends it`,
	} {
		_, err := relay.ReadTranscript(strings.NewReader(text))
		require.EqualError(t, err, "transcript: "+want)
	}
}
