package lengthprefix_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// A preset takes a message whose header announces the longest payload that its
// documentation names, and refuses one of a byte more.
func TestPresetsTakeWhatTheyDocument(t *testing.T) {
	for _, tt := range []struct {
		name    string
		layout  lengthprefix.Layout
		header  int
		payload int
	}{
		{"Chrome", lengthprefix.Chrome(), 4, 1 << 20},
		{"Discord", lengthprefix.Discord(), 8, 64<<10 - 8},
		{"TTRPC", lengthprefix.TTRPC(), 10, 4 << 20},
		{"Kafka", lengthprefix.Kafka(), 4, 100 << 20},
		{"Thrift", lengthprefix.Thrift(), 4, 16_384_000},
		{"GRPC", lengthprefix.GRPC(), 5, 4 << 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			announces := func(payload int) *bufio.Reader {
				order := tt.layout.Order
				if order == nil {
					order = binary.BigEndian
				}
				header := make([]byte, tt.header)
				order.PutUint32(header[tt.layout.LengthOffset:], uint32(payload))
				return bufio.NewReader(bytes.NewReader(header))
			}
			size, err := tt.layout.MessageSize(announces(tt.payload))
			require.NoError(t, err)
			require.Equal(t, tt.header+tt.payload, size)
			_, err = tt.layout.MessageSize(announces(tt.payload + 1))
			require.ErrorIs(t, err, faultdaemon.ErrTooLarge)
		})
	}
}
