package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// goSDK calls a tool with github.com/modelcontextprotocol/go-sdk.
func goSDK(ctx context.Context, command []string) (string, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "spawned", Version: "1.0.0"}, nil)
	transport := &mcp.CommandTransport{
		Command:           exec.Command(command[0], command[1:]...),
		TerminateDuration: time.Second, // and not 5 s, before each signal
	}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		return "", err
	}
	defer session.Close()
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "greet"})
	if err != nil {
		return "", err
	}
	for _, content := range result.Content {
		if text, is := content.(*mcp.TextContent); is {
			return text.Text, nil
		}
	}
	return "", fmt.Errorf("the result has no text: %v", result.Content)
}
