package lengthprefix_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// reasons returns why the faults that do not apply to a protocol do not.
func reasons(t *testing.T, p faultdaemon.Protocol) map[faultdaemon.Fault]string {
	t.Helper()
	known, err := faultdaemon.Join(faultdaemon.Builtin(), lengthprefix.Faults)
	require.NoError(t, err)
	why := map[faultdaemon.Fault]string{}
	for _, info := range known.All() {
		if err := info.Applies(p); err != nil {
			var not *faultdaemon.NotApplicableError
			require.ErrorAs(t, err, &not)
			why[info.Name] = not.Reason.Error()
		}
	}
	return why
}

const noJSON = "the payload is bytes to this protocol, not JSON"

// never are the faults that no length-prefixed protocol can have, together
// with others.
func never(others map[faultdaemon.Fault]string) map[faultdaemon.Fault]string {
	all := map[faultdaemon.Fault]string{
		faultdaemon.FaultInvalidJSON:            noJSON,
		faultdaemon.FaultEmbeddedNewlines:       noJSON,
		faultdaemon.FaultMultilineResponse:      noJSON,
		faultdaemon.FaultResponseWithoutNewline: "nothing ends a message but its length",
	}
	for fault, why := range others {
		all[fault] = why
	}
	return all
}

func TestWhatDoesNotApply(t *testing.T) {
	const (
		fixed  = "a length of fixed width is never longer"
		ends   = "a length of fixed width always ends"
		alone  = "the layout's header is magic number and length alone"
		limit  = "the layout has no MaxMessage"
		counts = "the layout's length counts nothing of the header"
		itself = "the layout's length does not count itself"
		signed = "the layout's length is not Signed"
		magic  = "the layout has no Magic"
	)
	tests := []struct {
		name string
		p    faultdaemon.Protocol
		want map[faultdaemon.Fault]string
	}{
		{"the simplest layout", lengthprefix.Layout{LengthWidth: 1}, map[faultdaemon.Fault]string{
			lengthprefix.FaultBadMagic:             magic,
			lengthprefix.FaultLengthNegative:       signed,
			lengthprefix.FaultLengthBelowHeader:    counts,
			lengthprefix.FaultLengthExcludesSelf:   itself,
			lengthprefix.FaultLengthWrongEndian:    "a length of one byte has no byte order",
			lengthprefix.FaultPartialLengthField:   "a length of one byte has no part",
			lengthprefix.FaultWrongHeaderByte:      alone,
			lengthprefix.FaultLengthOverLimitByOne: limit,
			lengthprefix.FaultVarintOverlong:       fixed,
			lengthprefix.FaultVarintUnterminated:   ends,
		}},
		{"I3", lengthprefix.I3(), map[faultdaemon.Fault]string{
			lengthprefix.FaultLengthNegative:       signed,
			lengthprefix.FaultLengthBelowHeader:    counts,
			lengthprefix.FaultLengthExcludesSelf:   itself,
			lengthprefix.FaultLengthOverLimitByOne: limit,
			lengthprefix.FaultVarintOverlong:       fixed,
			lengthprefix.FaultVarintUnterminated:   ends,
		}},
		{"Postgres", lengthprefix.Postgres(), map[faultdaemon.Fault]string{
			lengthprefix.FaultBadMagic:             magic,
			lengthprefix.FaultLengthIncludesSelf:   "the layout's length counts itself already",
			lengthprefix.FaultLengthOverLimitByOne: limit,
			lengthprefix.FaultVarintOverlong:       fixed,
			lengthprefix.FaultVarintUnterminated:   ends,
		}},
		{"Kafka", lengthprefix.Kafka(), map[faultdaemon.Fault]string{
			lengthprefix.FaultBadMagic:           magic,
			lengthprefix.FaultLengthBelowHeader:  counts,
			lengthprefix.FaultLengthExcludesSelf: itself,
			lengthprefix.FaultWrongHeaderByte:    alone,
			lengthprefix.FaultVarintOverlong:     fixed,
			lengthprefix.FaultVarintUnterminated: ends,
		}},
		{"a varint", lengthprefix.Varint{}, map[faultdaemon.Fault]string{
			lengthprefix.FaultBadMagic:             "a varint has no magic number before it",
			lengthprefix.FaultLengthNegative:       "an unsigned varint is never negative",
			lengthprefix.FaultLengthBelowHeader:    "a varint counts the payload alone",
			lengthprefix.FaultLengthExcludesSelf:   "a varint does not count itself",
			lengthprefix.FaultLengthWrongEndian:    "a varint has one byte order",
			lengthprefix.FaultPartialLengthField:   "a varint's first byte says whether another follows: see varint_unterminated",
			lengthprefix.FaultWrongHeaderByte:      "the header is the length alone",
			lengthprefix.FaultLengthOverLimitByOne: "the framing has no MaxMessage",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, never(tt.want), reasons(t, tt.p)) })
	}
}

// On a protocol without a length, no fault of this package applies.
func TestNothingAppliesToLines(t *testing.T) {
	all := lengthprefix.Faults.All()
	require.NotEmpty(t, all)
	for _, info := range all {
		require.Error(t, info.Applies(faultdaemon.Lines), string(info.Name))
	}
}

func TestStartSaysWhyAFaultDoesNotApply(t *testing.T) {
	cfg := lengthprefix.Chrome().Config(nil)
	cfg.Fault = faultdaemon.FaultInvalidJSON
	require.EqualError(t, faultdaemon.New("", cfg).Start(),
		"faultdaemon: invalid_json does not apply to lengthprefix.Layout: the payload is bytes to this protocol, not JSON")
}
