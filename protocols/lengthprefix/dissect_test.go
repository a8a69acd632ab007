package lengthprefix_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

func TestDissect(t *testing.T) {
	seal := lengthprefix.Kafka()
	seal.Seal = func(message []byte) []byte { return message }
	strip := lengthprefix.Layout{LengthWidth: 2, StripBytes: 3}
	for _, test := range []struct {
		protocol faultdaemon.Dissector
		message  string
		want     string
	}{
		{lengthprefix.I3(), "i3-ipc\x02\x00\x00\x00\x01\x00\x00\x00[]", "magic 6, length 4, header 4, payload 2 data"},
		{lengthprefix.Discord(), "\x01\x00\x00\x00\x02\x00\x00\x00{}", "header 4, length 4, payload 2 data"},
		{lengthprefix.Postgres(), "Z\x00\x00\x00\x05I", "header 1, length 4, payload 1 data"},
		{lengthprefix.Kafka(), "\x00\x00\x00\x00", "length 4"},
		{lengthprefix.Kafka(), "\x00\x00", "length 2"},
		{seal, "\x00\x00\x00\x02hi", "length 4, payload 2"},
		{strip, "\x00\x03thi", "length 2, header 1, payload 2 data"},
		{lengthprefix.Varint{}, "\x82\x00hi", "length 2, payload 2 data"},
		{lengthprefix.Varint{}, "\x82", "payload 1 data"},
	} {
		var fields []string
		for _, f := range test.protocol.Dissect([]byte(test.message)) {
			text := fmt.Sprintf("%s %d", f.Name, f.Size)
			if f.Kind == faultdaemon.DataField {
				text += " data"
			}
			fields = append(fields, text)
		}
		require.Equal(t, test.want, strings.Join(fields, ", "), "%q", test.message)
	}
}
