package lengthprefix_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"syscall"
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

// limitMemory keeps this process from mapping more bytes than that beside those
// that it has mapped already. The runtime ends a process that asks for more.
func limitMemory(t *testing.T, more uint64) {
	statm, err := os.ReadFile("/proc/self/statm") // the first number is the size, in pages
	require.NoError(t, err)
	var pages uint64
	_, err = fmt.Sscan(string(statm), &pages)
	require.NoError(t, err)
	limit := pages*uint64(os.Getpagesize()) + more
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}))
}

// A client that takes the memory that a length asks for is not noticed where
// there is enough: the kernel gives out what is written to. In a process of its
// own, with a limit as that of a container, it crashes under the faults that
// announce more than there is, and under no other.
func TestClientThatBelievesLengths(t *testing.T) {
	if os.Getenv("FAULTDAEMON_ISOLATED") != "" {
		limitMemory(t, 256<<20)
	}
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
	var crashed []faultdaemon.Fault
	for _, r := range report.Results {
		if !r.OK {
			require.Equal(t, faulttest.Crashed, r.Verdict, "%s", r.Fault)
			require.Contains(t, r.Crash, "fatal error: ", "%s", r.Fault)
			crashed = append(crashed, r.Fault)
		}
	}
	require.ElementsMatch(t, []faultdaemon.Fault{
		lengthprefix.FaultLengthMax, lengthprefix.FaultLengthNegative, lengthprefix.FaultLengthWrongEndian, lengthprefix.FaultWrongProtocolBanner,
	}, crashed, "%s", report)
}
