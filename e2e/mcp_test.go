package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// The client of the Model Context Protocol opens its session with
// server/discover. A daemon without that method answers -32601, and the client
// falls back to initialize.
func TestMCP(t *testing.T) {
	run(t, client{
		config: mcpConfig(),
		dial:   onSocket(openMCP),
		faults: []trial{
			{faultdaemon.FaultHangBeforeResponse, timesOut, timesOut, inTurn},
			{faultdaemon.FaultCloseAfterRead, fails("EOF"), fails("client is closing"), inTurn},
			{faultdaemon.FaultResetAfterRead, fails("connection reset"), fails("client is closing"), inTurn},
			{faultdaemon.FaultPartialResponse, fails("unexpected EOF"), fails("client is closing"), inTurn},
			{faultdaemon.FaultCorruptResponse, fails("invalid character"), fails("client is closing"), inTurn},
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{faultdaemon.FaultResponseTooLarge.With(17 << 20), fails("exceeded the configured maximum line length"), fails("client is closing"), inTurn},
			{jsonrpc.FaultIDTypeChanged, timesOut, answers, inTurn},
			{jsonrpc.FaultIDNullError, fails("invalid request"), fails("client is closing"), inTurn},
			{jsonrpc.FaultVersionMissing, fails("invalid message version tag"), fails("client is closing"), inTurn},
			{jsonrpc.FaultDuplicateResponse, answers, answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved.With(3), answers, answers, inTurn},
			{jsonrpc.FaultServerRequestIDCollision, answers, answers, inTurn},
			{jsonrpc.FaultBatchArrayForSingle, answers, answers, inTurn},
			{jsonrpc.FaultLateReply, timesOut, answers, inTurn},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// A reply to a notification ends the whole session.
			{jsonrpc.FaultReplyToNotification, fails("invalid request"), fails("client is closing"), afterNotification},

			// The connection has not ended: the response has no result.
			{jsonrpc.FaultNeitherResultNorError, fails("EOF"), answers, inTurn},

			// The deadline of a call does not cover its writing, and what is being
			// written keeps every other call waiting. The first
			// three messages are the handshake.
			{faultdaemon.FaultStopReading.With(3), hangs, hangs, withLargeRequest},
		},
	})
}

func openMCP(ctx context.Context, conn net.Conn) (session, error) {
	c := mcp.NewClient(&mcp.Implementation{Name: "e2e", Version: "1"}, nil)
	s, err := c.Connect(ctx, &mcp.IOTransport{Reader: conn, Writer: conn}, nil)
	if err != nil {
		return nil, err
	}
	return mcpSession{s}, nil
}

// mcpConfig is a server that has the methods as tools. Its faults act once
// the session is there.
func mcpConfig() faultdaemon.Config {
	config := jsonrpc.Lines.Config(jsonrpc.Methods{
		"initialize": func(json.RawMessage) (any, error) {
			return &mcp.InitializeResult{
				ProtocolVersion: "2025-11-25",
				Capabilities:    &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}},
				ServerInfo:      &mcp.Implementation{Name: "faultdaemon", Version: "1"},
			}, nil
		},
		"tools/call": callTool,
	})
	config.FaultMatcher = jsonrpc.AfterHandshake
	return config
}

func callTool(params json.RawMessage) (any, error) {
	var call struct {
		Name      string
		Arguments json.RawMessage
	}
	if err := json.Unmarshal(params, &call); err != nil {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Data: err.Error()}
	}
	method, found := methods[call.Name]
	if !found {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "no such tool"}
	}
	text, err := method(call.Arguments)
	if err != nil {
		return nil, err
	}
	return map[string]any{"content": []any{map[string]any{"type": "text", "text": text}}}, nil
}

type mcpSession struct{ session *mcp.ClientSession }

func (s mcpSession) call(ctx context.Context, method, text string) (string, error) {
	result, err := s.session.CallTool(ctx, &mcp.CallToolParams{Name: method, Arguments: []string{text}})
	if err != nil {
		return "", err
	}
	if len(result.Content) == 1 {
		if content, ok := result.Content[0].(*mcp.TextContent); ok {
			return content.Text, nil
		}
	}
	return "", errors.New("the result has no text")
}

func (s mcpSession) notify(ctx context.Context) error {
	return s.session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: "t", Progress: 1})
}

// close closes the connection twice: it is the transport's reader and its
// writer.
func (s mcpSession) close() error {
	if err := s.session.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
