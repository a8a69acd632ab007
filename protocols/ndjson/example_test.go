package ndjson_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// ask starts a daemon in memory, sends it a few lines and prints what it
// answers, as many lines as there are to be.
func ask(cfg faultdaemon.Config, requests string, replies int) {
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
	if _, err := conn.Write([]byte(requests)); err != nil {
		fmt.Println(err)
	}
	for lines := bufio.NewScanner(conn); replies > 0 && lines.Scan(); replies-- {
		fmt.Printf("%q\n", lines.Text())
	}
}

func status(request json.RawMessage) (any, error) {
	var r struct{ Type string }
	if err := json.Unmarshal(request, &r); err != nil {
		return nil, err
	}
	if r.Type != "status" {
		return nil, errors.New("unknown type")
	}
	return map[string]string{"state": "running"}, nil
}

func ExampleFraming_Config() {
	ask(ndjson.Lines.Config(status), "{\"type\":\"status\"}\n\n{\"id\":2,\"type\":\"stop\"}\r\nping\n", 3)
	// Output:
	// "{\"state\":\"running\"}"
	// "{\"id\":2,\"error\":\"unknown type\"}"
	// "{\"error\":\"request is not JSON\"}"
}

func ExampleMember() {
	cfg := ndjson.Lines.Config(status)
	cfg.Fault = ndjson.FaultInvalidUTF8
	cfg.FaultMatcher = ndjson.Member("id", 2)
	ask(cfg, "{\"id\":1,\"type\":\"status\"}\n{\"id\":2,\"type\":\"status\"}\n", 2)
	// Output:
	// "{\"state\":\"running\"}"
	// "{\"state\":\"\xe9running\"}"
}

func ExampleMessages() {
	cfg := ndjson.Lines.Config(func(json.RawMessage) (any, error) {
		return ndjson.Messages{map[string]int{"percent": 50}, map[string]bool{"done": true}}, nil
	})
	cfg.Fault = ndjson.FaultBlankLines.With(1)
	ask(cfg, "{}\n", 4)
	// Output:
	// "{\"percent\":50}"
	// ""
	// "{\"done\":true}"
	// ""
}

func ExampleDelimited() {
	request := []byte("{\"id\":1}\x00")
	reply := ndjson.Delimited(0).Handler(func(json.RawMessage) (any, error) {
		return map[string]bool{"ok": true}, nil
	})(request)
	fmt.Printf("%q\n", reply)
	// Output: "{\"ok\":true}\x00"
}
