package jsonrpc_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// notes is a daemon's methods.
var notes = jsonrpc.Methods{
	"status": func(json.RawMessage) (any, error) { return "ok", nil },
	"get": func(params json.RawMessage) (any, error) {
		return nil, &jsonrpc.Error{Code: 4, Message: "no such note", Data: params}
	},
}

// session writes lines to a daemon in memory and prints as many of its lines.
func session(cfg faultdaemon.Config, requests ...string) {
	d := faultdaemon.New("", cfg)
	if err := d.Start(); err != nil {
		log.Fatal(err)
	}
	defer d.Stop()
	conn, err := d.Dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(conn)
	for _, request := range requests {
		if _, err := io.WriteString(conn, request+"\n"); err != nil {
			log.Fatal(err)
		}
		lines.Scan()
		fmt.Println(lines.Text())
	}
}

func ExampleProtocol_Config() {
	session(jsonrpc.Lines.Config(notes),
		`{"jsonrpc":"2.0","method":"status","id":1}`,
		`{"jsonrpc":"2.0","method":"get","params":[17],"id":"two"}`,
	)
	// Output:
	// {"jsonrpc":"2.0","result":"ok","id":1}
	// {"jsonrpc":"2.0","error":{"code":4,"message":"no such note","data":[17]},"id":"two"}
}

func ExampleProtocol_Handler() {
	handle := jsonrpc.Headers.Handler(notes)
	fmt.Printf("%q\n", handle([]byte("content-length:42\r\n\r\n"+`{"jsonrpc":"2.0","method":"status","id":1}`)))
	// Output:
	// "Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"result\":\"ok\",\"id\":1}"
}

func ExampleProtocol_Frame() {
	for _, p := range []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Headers, jsonrpc.Values} {
		message, err := p.Frame([]byte(`{"id":1}`))
		fmt.Printf("%s %q %v\n", p, message, err)
	}
	// Output:
	// jsonrpc.Lines "{\"id\":1}\n" <nil>
	// jsonrpc.Headers "Content-Length: 8\r\n\r\n{\"id\":1}" <nil>
	// jsonrpc.Values "{\"id\":1}" <nil>
}

func ExampleProgress() {
	handle := jsonrpc.Lines.Handler(jsonrpc.Methods{
		"index": func(json.RawMessage) (any, error) {
			return jsonrpc.Progress{
				Notifications: []jsonrpc.Notification{{Method: "progress", Params: []int{50}}},
				Result:        "ok",
			}, nil
		},
	})
	fmt.Printf("%s", handle([]byte(`{"jsonrpc":"2.0","method":"index","id":1}`+"\n")))
	// Output:
	// {"jsonrpc":"2.0","method":"progress","params":[50]}
	// {"jsonrpc":"2.0","result":"ok","id":1}
}

func ExampleMethod() {
	cfg := jsonrpc.Lines.Config(notes)
	cfg.Fault = jsonrpc.FaultWrongID
	cfg.FaultMatcher = jsonrpc.Method("get")
	session(cfg,
		`{"jsonrpc":"2.0","method":"status","id":1}`,
		`{"jsonrpc":"2.0","method":"get","params":[17],"id":2}`,
	)
	// Output:
	// {"jsonrpc":"2.0","result":"ok","id":1}
	// {"jsonrpc":"2.0","error":{"code":4,"message":"no such note","data":[17]},"id":1000002}
}

func ExampleAfterHandshake() {
	cfg := jsonrpc.Lines.Config(notes)
	cfg.Fault = jsonrpc.FaultResultNull
	cfg.FaultMatcher = jsonrpc.AfterHandshake
	session(cfg,
		`{"jsonrpc":"2.0","method":"initialize","id":1}`,
		`{"jsonrpc":"2.0","method":"status","id":2}`,
	)
	// Output:
	// {"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}
	// {"jsonrpc":"2.0","result":null,"id":2}
}
