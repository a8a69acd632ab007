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

// believesLengths has a length of three bytes, and takes as much memory as that
// announces before it has read a byte of it: 16 MiB at most, which is enough to
// be told and not so much that clearing it takes time.
type believesLengths struct{}

func (believesLengths) frame(_ uint32, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload)))[1:], payload...)
}

func (believesLengths) read(r *bufio.Reader) (uint32, []byte, error) {
	header, err := readHeader(r, 3)
	if err != nil {
		return 0, nil, err
	}
	payload := make([]byte, binary.BigEndian.Uint32(append([]byte{0}, header...)))
	_, err = io.ReadFull(r, payload)
	return 0, payload, err
}

// A client that sets aside the memory that a length announces grows under the
// fault that announces as much as it can, and under no other.
func TestClientThatBelievesLengths(t *testing.T) {
	three := lengthprefix.Layout{LengthWidth: 3, MaxMessage: 1 << 20}
	faults := []faultdaemon.Fault{faultdaemon.FaultFlipAt, faultdaemon.FaultResponseTooLarge}
	for _, info := range lengthprefix.Faults.All() {
		if info.Applies(three) == nil {
			faults = append(faults, info.Name)
		}
	}
	report := faulttest.Judge(t, notesDaemon(three), useEverything(believesLengths{}), &faulttest.Options{Isolate: true, MaxMemory: 8 << 20, Only: faults})
	require.NoError(t, report.Err)
	var grew []faultdaemon.Fault
	for _, r := range report.Results {
		if !r.OK {
			require.Equal(t, faulttest.Grew, r.Verdict, "%s", r.Fault)
			require.Greater(t, r.Memory, int64(8<<20), "%s", r.Fault)
			grew = append(grew, r.Fault)
		}
	}
	require.Equal(t, []faultdaemon.Fault{lengthprefix.FaultLengthMax}, grew, "%s", report)
}
