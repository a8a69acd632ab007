package main

import (
	"context"
	"os"
	"os/exec"

	"github.com/coder/acp-go-sdk"
)

// acpGoSDK opens a session of an agent with github.com/coder/acp-go-sdk. The
// library leaves the process to its user.
func acpGoSDK(ctx context.Context, command []string) (string, error) {
	agent := exec.Command(command[0], command[1:]...)
	agent.Stderr = os.Stderr
	stdin, err := agent.StdinPipe()
	if err != nil {
		return "", err
	}
	stdout, err := agent.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := agent.Start(); err != nil {
		return "", err
	}
	defer agent.Wait()
	defer agent.Process.Kill()
	connection := acp.NewClientSideConnection(noEditor{}, stdin, stdout)
	if _, err := connection.Initialize(ctx, acp.InitializeRequest{ProtocolVersion: acp.ProtocolVersionNumber}); err != nil {
		return "", err
	}
	session, err := connection.NewSession(ctx, acp.NewSessionRequest{Cwd: os.TempDir(), McpServers: []acp.McpServer{}})
	return string(session.SessionId), err
}

// noEditor is a client without files and terminals, which an agent is not to
// call.
type noEditor struct{ acp.Client }

// SessionUpdate ignores what the agent says of a session.
func (noEditor) SessionUpdate(context.Context, acp.SessionNotification) error { return nil }
