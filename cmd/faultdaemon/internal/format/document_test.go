package format_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
)

func TestWhatJSONWritesIsReadBack(t *testing.T) {
	for name, doc := range map[string]format.Document{"faults": document(), "sweep": swept()} {
		t.Run(name, func(t *testing.T) {
			text := written(t, doc.JSON)
			back, err := format.Read(strings.NewReader(text))
			require.NoError(t, err)
			require.Equal(t, text, written(t, back.JSON))
		})
	}
	text := written(t, document().JSON)
	require.Contains(t, text, `"alone": "faultdaemon check --fault '{fault}' -- bin/client"`)
	back, err := format.Read(strings.NewReader(text))
	require.NoError(t, err)
	client := back.Clients[0]
	require.Equal(t, "faultdaemon check --fault 'cut_at(2, eof)' -- bin/client", client.Alone("cut_at(2, eof)"))
	require.Equal(t, "lines have no id", client.Report.NotApplicable[0].Reason)
	require.Equal(t, "writes the first n bytes.", client.Report.Results[1].Info.Summary)
	require.Len(t, client.Report.Results[1].Events, 4)
	require.Equal(t, document().Clients[0].Report.Summary(), client.Report.Summary())
}

func TestAnErrorIsReadBack(t *testing.T) {
	doc := document()
	doc.Clients[0].Report.Err = errInterrupted
	back, err := format.Read(strings.NewReader(written(t, doc.JSON)))
	require.NoError(t, err)
	require.EqualError(t, back.Clients[0].Report.Err, "interrupted after 5 of 9 faults")
	require.False(t, back.OK())
}

func TestASweepIsReadBackWithItsWords(t *testing.T) {
	back, err := format.Read(strings.NewReader(written(t, swept().JSON)))
	require.NoError(t, err)
	require.Contains(t, back.Clients[0].Sweep.String(), "reply 2  bytes 3-7")
	require.Equal(t, "reply 2 byte 3", back.Clients[0].Sweep.Ranges[0].Name())
}

func TestWhatIsNoReportIsAnError(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", `{"clients":[]}`, `{"clients":[{"name":"x","report":7}]}`} {
		_, err := format.Read(strings.NewReader(text))
		require.ErrorContains(t, err, "no report of --format json", "%q", text)
	}
}

func TestPartsOfOneRunAreJoined(t *testing.T) {
	first, second := document(), document()
	all := first.Clients[0].Report.Results
	first.Clients[0].Report.Results, second.Clients[0].Report.Results = all[:2:2], all[2:]
	second.Clients[0].Report.NotApplicable = nil
	joined, err := format.Merge(first, second)
	require.NoError(t, err)
	require.Equal(t, written(t, document().JSON), written(t, joined.JSON))

	_, err = format.Merge(first, first)
	require.ErrorContains(t, err, "two reports have bin/client under slow_response")

	sideBySide, err := format.Merge(document(), another())
	require.NoError(t, err)
	require.Len(t, sideBySide.Clients, 2)

	_, err = format.Merge(swept(), swept())
	require.ErrorContains(t, err, "two reports have a sweep of bin/client")
}
