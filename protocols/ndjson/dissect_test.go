package ndjson_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

func TestDissect(t *testing.T) {
	want := []faultdaemon.Field{
		{Name: "text", Size: 9, Kind: faultdaemon.DataField},
		{Name: "terminator", Size: 1, Kind: faultdaemon.TerminatorField},
	}
	require.Equal(t, want, ndjson.Lines.Dissect([]byte(`{"ok":1}`+"\r\n")))
	require.Equal(t, want, ndjson.Delimited(0).Dissect([]byte(`{"ok":12}`+"\x00")))
	want[1].Size = 0
	require.Equal(t, want, ndjson.Delimited(0).Dissect([]byte(`{"ok":1}`+"\n")))
	want[0].Size = 0
	require.Equal(t, want, ndjson.Lines.Dissect(nil))
}
