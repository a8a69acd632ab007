package handlers_test

import (
	"bufio"
	"context"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// ask starts a daemon in memory, sends it requests, one after the other, and
// prints the message that each is answered with.
func ask(cfg faultdaemon.Config, requests ...string) {
	d := faultdaemon.New("", cfg)
	if err := d.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer d.Stop()
	conn, err := d.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	protocol := cfg.Protocol
	if protocol == nil {
		protocol = faultdaemon.Lines
	}
	replies := bufio.NewReader(conn)
	for _, request := range requests {
		if _, err := conn.Write([]byte(request)); err != nil {
			fmt.Println(err)
		}
		reply, err := protocol.ReadMessage(replies, 1<<20)
		if err != nil {
			fmt.Printf("%q and then: %v\n", reply, err)
			return
		}
		fmt.Printf("%q\n", reply)
	}
}

func ExampleEcho() {
	ask(faultdaemon.Config{ResponseHandler: handlers.Echo}, "ping\n")
	// Output: "ping\n"
}

func ExampleStatic() {
	pong := handlers.Static([]byte("\x00\x00\x00\x04pong"))
	ask(faultdaemon.Config{Protocol: lengthprefix.Kafka(), ResponseHandler: pong}, "\x00\x00\x00\x04ping")
	// Output: "\x00\x00\x00\x04pong"
}

func ExampleSequence() {
	starting := handlers.Static([]byte("starting\n"))
	running := handlers.Static([]byte("running\n"))
	cfg := faultdaemon.Config{ResponseHandler: handlers.Sequence(starting, running)}
	ask(cfg, "status\n", "status\n", "status\n")
	// Output:
	// "starting\n"
	// "running\n"
	// "running\n"
}

func ExampleRoute() {
	cfg := faultdaemon.Config{Protocol: ndjson.Lines, ResponseHandler: handlers.Route(
		handlers.On(ndjson.Member("type", "status"), handlers.Static([]byte("{\"state\":\"running\"}\n"))),
		handlers.On(nil, handlers.Static([]byte("{\"error\":\"unknown type\"}\n"))),
	)}
	ask(cfg, "{\"type\":\"status\"}\n", "{\"type\":\"stop\"}\n")
	// Output:
	// "{\"state\":\"running\"}\n"
	// "{\"error\":\"unknown type\"}\n"
}

func ExampleScript_ByContent() {
	script, err := handlers.ParseNDJSON([]byte(`
		{"request":{"type":"status"},"response":{"state":"running"}}
		{"request":{"type":"stop"},"response":{"state":"stopped"}}
	`))
	if err != nil {
		fmt.Println(err)
		return
	}
	cfg := faultdaemon.Config{Protocol: ndjson.Lines, Respond: script.ByContent}
	ask(cfg, "{\"id\":1,\"type\":\"stop\"}\n", "{\"id\":2,\"type\":\"status\"}\n")
	// Output:
	// "{\"id\":1,\"state\":\"stopped\"}\n"
	// "{\"id\":2,\"state\":\"running\"}\n"
}

func ExampleScript_InOrder() {
	script, err := handlers.ParseTxtar([]byte(`A greeting of three bytes, and text.
-- request --
hex: 01 00 ff
-- response --
hex: 02
-- request --
ping
-- response --
pong
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	cfg := faultdaemon.Config{Protocol: lengthprefix.Varint{}, Respond: script.InOrder}
	ask(cfg, "\x03\x01\x00\xff", "\x04ping")
	// Output:
	// "\x01\x02"
	// "\x04pong"
}
