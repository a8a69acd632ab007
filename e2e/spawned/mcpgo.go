package main

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
)

// mcpGo calls a tool with github.com/mark3labs/mcp-go.
func mcpGo(ctx context.Context, command []string) (string, error) {
	c, err := client.NewStdioMCPClient(command[0], nil, command[1:]...)
	if err != nil {
		return "", err
	}
	defer c.Close()
	initialize := mcp.InitializeRequest{}
	initialize.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	initialize.Params.ClientInfo = mcp.Implementation{Name: "spawned", Version: "1.0.0"}
	if _, err := c.Initialize(ctx, initialize); err != nil {
		return "", err
	}
	greet := mcp.CallToolRequest{}
	greet.Params.Name = "greet"
	result, err := c.CallTool(ctx, greet)
	if err != nil {
		return "", err
	}
	for _, content := range result.Content {
		if text, is := mcp.AsTextContent(content); is {
			return text.Text, nil
		}
	}
	return "", fmt.Errorf("the result has no text: %v", result.Content)
}
