package lengthprefix_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// believesLengths is Thrift's framed transport, and takes as much memory as a
// header announces before it has read a byte of it.
type believesLengths struct{}

func (believesLengths) frame(_ uint32, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

func (believesLengths) read(r *bufio.Reader) (uint32, []byte, error) {
	header, err := readHeader(r, 4)
	if err != nil {
		return 0, nil, err
	}
	payload := make([]byte, binary.BigEndian.Uint32(header))
	_, err = io.ReadFull(r, payload)
	return 0, payload, err
}

// A client that sets aside the memory that a length announces grows under the
// faults that announce more than there is, and under no other.
func TestClientThatBelievesLengths(t *testing.T) {
	thrift := lengthprefix.Thrift()
	thrift.MaxMessage = 1 << 20
	faults := []faultdaemon.Fault{faultdaemon.FaultFlipAt, faultdaemon.FaultResponseTooLarge}
	for _, info := range lengthprefix.Faults.All() {
		if info.Applies(thrift) == nil {
			faults = append(faults, info.Name)
		}
	}
	report := faulttest.Judge(t, notesDaemon(thrift), useEverything(believesLengths{}), &faulttest.Options{Isolate: true, Only: faults})
	require.NoError(t, report.Err)
	var grew []faultdaemon.Fault
	for _, r := range report.Results {
		if !r.OK {
			require.Equal(t, faulttest.Grew, r.Verdict, "%s", r.Fault)
			require.Greater(t, r.Memory, int64(64<<20), "%s", r.Fault)
			grew = append(grew, r.Fault)
		}
	}
	require.ElementsMatch(t, []faultdaemon.Fault{
		lengthprefix.FaultLengthMax, lengthprefix.FaultLengthNegative, lengthprefix.FaultLengthWrongEndian, lengthprefix.FaultWrongProtocolBanner,
	}, grew, "%s", report)
}
