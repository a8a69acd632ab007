package jsonrpc_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// knownHeaders looks for the one field that it knows, as many clients do, and
// passes every other line of a header over.
type knownHeaders struct{ r *bufio.Reader }

func (h knownHeaders) next() ([]byte, error) {
	var known bytes.Buffer
	for {
		line, err := h.r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(line, "Content-Length:") || line == "\r\n" {
			known.WriteString(line)
		}
		if line == "\r\n" {
			return headerTexts{bufio.NewReader(io.MultiReader(&known, h.r))}.next()
		}
	}
}

// getMilk makes one call.
func getMilk(ctx context.Context, c *client) ([]string, error) {
	result, err := c.Call(ctx, "get", []string{"milk"})
	return []string{string(result)}, err
}

// asksForSuccess makes one call and does not look at what it returns.
func asksForSuccess(ctx context.Context, c *client) ([]string, error) {
	_, err := getMilk(ctx, c)
	return nil, err
}

// endsWithNotification makes one call, and then says that it has had what it
// wanted.
func endsWithNotification(ctx context.Context, c *client) ([]string, error) {
	answers, err := getMilk(ctx, c)
	if err != nil {
		return nil, err
	}
	err = c.Notify(ctx, "done", nil)
	c.idle()
	return answers, err
}

// Clients that look at less than the reference client are right as well, where
// what they do not look at is what is wrong. The reply is
//
//	{"jsonrpc":"2.0","result":"note milk","id":1}\n
func TestLenientClients(t *testing.T) {
	valuesOfLines := framing{onLines.frame, asValues.texts}
	anyHeader := framing{withHeaders.frame, func(r io.Reader) texts { return knownHeaders{bufio.NewReader(r)} }}
	for _, c := range []struct {
		protocol jsonrpc.Protocol
		framing  framing
		use      use
		fault    faultdaemon.Fault
	}{
		{jsonrpc.Lines, onLines, endsWithNotification, faultdaemon.FaultStopReading},
		{jsonrpc.Lines, onLines, asksForSuccess, jsonrpc.FaultResultNull},
		{jsonrpc.Lines, onLines, asksForSuccess, "flip_at(27)"}, // the first letter of the note
		{jsonrpc.Lines, valuesOfLines, getMilk, "flip_at(45)"},  // the newline
		{jsonrpc.Lines, valuesOfLines, getMilk, "cut_at(45, eof)"},
		{jsonrpc.Lines, valuesOfLines, getMilk, "cut_at(45, hang)"},
		{jsonrpc.Lines, valuesOfLines, getMilk, faultdaemon.FaultResponseWithoutNewline},
		{jsonrpc.Headers, anyHeader, getMilk, jsonrpc.FaultHeaderNoColon},
	} {
		report := faulttest.Judge(t, c.protocol.Config(noteMethods), c.use.with(c.framing), &faulttest.Options{Only: []faultdaemon.Fault{c.fault}})
		require.NoError(t, report.Err)
		require.Equal(t, faulttest.Survived, report.Results[0].Verdict, "%s", report)
		require.True(t, report.OK(), "%s", report)
	}
}
