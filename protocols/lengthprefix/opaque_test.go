package lengthprefix_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// opaque is a client whose payloads are any bytes: it sends some, as messages
// of their own and before it reads, and returns as many payloads.
func opaque(frame func([]byte) []byte, read func(*bufio.Reader) ([]byte, error), payloads ...string) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (answers []string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }()
		deadline, _ := ctx.Deadline()
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, err
		}
		for _, payload := range payloads {
			if _, err := conn.Write(frame([]byte(payload))); err != nil {
				return nil, err
			}
		}
		r := bufio.NewReader(conn)
		for range payloads {
			payload, err := read(r)
			if err != nil {
				return nil, err
			}
			answers = append(answers, string(payload))
		}
		return answers, nil
	}
}

func frameShort(payload []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(payload))), payload...)
}

// readShort has no limit but that of two bytes.
func readShort(r *bufio.Reader) ([]byte, error) {
	header, err := readHeader(r, 2)
	if err != nil {
		return nil, err
	}
	payload := make([]byte, binary.BigEndian.Uint16(header))
	_, err = io.ReadFull(r, payload)
	return payload, err
}

func frameVarint(payload []byte) []byte { return varint{}.frame(0, payload) }

func readVarint(r *bufio.Reader) ([]byte, error) {
	_, payload, err := varint{}.read(r)
	return payload, err
}

// To a client whose payloads are any bytes, what a length cuts off or takes
// from the next message is another answer, and a length that it has no reason
// to doubt is to be waited for.
func TestOpaquePayloads(t *testing.T) {
	short := lengthprefix.Layout{LengthWidth: 2}
	for _, c := range []struct {
		fault   faultdaemon.Fault
		config  faultdaemon.Config
		client  func(context.Context, faulttest.Dialer) ([]string, error)
		verdict faulttest.Verdict
	}{
		{lengthprefix.FaultLengthShort, short.Config(nil), opaque(frameShort, readShort, "one"), faulttest.WrongAnswer},
		{lengthprefix.FaultLengthShort, short.Config(nil), opaque(frameShort, readShort, "one", "two"), faulttest.TimedOut}, // e 00 03: 25,856 bytes
		{lengthprefix.FaultLengthLong, short.Config(nil), opaque(frameShort, readShort, "one"), faulttest.TimedOut},
		{"lengthprefix_length_includes_self", short.Config(nil), opaque(frameShort, readShort, "", "\x00\x00"), faulttest.WrongAnswer},
		{lengthprefix.FaultLengthWrongEndian, short.Config(nil), opaque(frameShort, readShort, "one"), faulttest.TimedOut},
		{lengthprefix.FaultLengthWrongEndian, short.Config(nil), opaque(frameShort, readShort, strings.Repeat("x", 256)), faulttest.WrongAnswer},
		{lengthprefix.FaultPayloadFlipAt, short.Config(nil), opaque(frameShort, readShort, "one"), faulttest.WrongAnswer},
		{lengthprefix.FaultWrongProtocolBanner, lengthprefix.Varint{}.Config(nil), opaque(frameVarint, readVarint, "one"), faulttest.WrongAnswer},
	} {
		report := faulttest.Judge(t, c.config, c.client, &faulttest.Options{Only: []faultdaemon.Fault{c.fault}})
		require.NoError(t, report.Err)
		require.Equal(t, c.verdict, report.Results[0].Verdict, "%s", report)
		require.True(t, report.OK(), "%s", report)
	}
}
