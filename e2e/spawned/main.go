// Command spawned makes one call with a client in Go that spawns its server: the
// first argument names the client, the second is the server's command, as a JSON
// array. It prints what the server answers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A call spawns a server, makes one call, and closes the client.
type call func(ctx context.Context, command []string) (answer string, err error)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	calls := map[string]call{"go-sdk": goSDK, "mcp-go": mcpGo, "acp-go-sdk": acpGoSDK}
	if len(args) != 2 || calls[args[0]] == nil {
		return fmt.Errorf("%q: want go-sdk, mcp-go or acp-go-sdk, and the server's command as a JSON array", args)
	}
	var command []string
	if err := json.Unmarshal([]byte(args[1]), &command); err != nil || len(command) == 0 {
		return fmt.Errorf("%s: want the server's command as a JSON array", args[1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	answer, err := calls[args[0]](ctx, command)
	if err != nil {
		return err
	}
	fmt.Println(answer)
	return nil
}
