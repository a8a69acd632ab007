package faultdaemon_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// ask makes one exchange on a connection of its own and says what came of it.
func ask(d *faultdaemon.FaultDaemon, request string) string {
	conn, err := d.Dial(context.Background())
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintln(conn, request); err != nil {
		return err.Error()
	}
	reply, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return fmt.Sprintf("%q, then %v", reply, err)
	}
	return strings.TrimSpace(reply)
}

func Example() {
	d := faultdaemon.New("", faultdaemon.Config{
		Fault:           faultdaemon.FaultPartialResponse,
		ResponseHandler: func([]byte) []byte { return []byte("pong\n") },
	})
	if err := d.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer d.Stop()
	fmt.Println(ask(d, "ping"))
	d.SetFault(faultdaemon.FaultNone)
	fmt.Println(ask(d, "ping"))
	// Output:
	// "po", then EOF
	// pong
}

// A client that retries: two lost connections, then service, then a slow one.
func ExamplePlan() {
	plan, err := faultdaemon.ParsePlan("2*close_after_read->1*none->slow_response(5ms)")
	if err != nil {
		fmt.Println(err)
		return
	}
	d := faultdaemon.New("", faultdaemon.Config{Plan: plan})
	if err := d.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer d.Stop()
	for _, request := range []string{"one", "two", "three", "four"} {
		fmt.Println(ask(d, request))
	}
	fmt.Println(d.Fired())
	// Output:
	// "", then EOF
	// "", then EOF
	// three
	// four
	// map[close_after_read:2 slow_response(5ms):1]
}

func ExampleFault_With() {
	f := faultdaemon.FaultSlowResponse.With(300 * time.Millisecond)
	fmt.Println(f, f.Name(), f.Args())
	// Output: slow_response(300ms) slow_response [300ms]
}

func ExampleParseFault() {
	f, err := faultdaemon.ParseFault("cut_at( 7,reset )")
	fmt.Println(f, err)
	_, err = faultdaemon.ParseFault("reset_peer")
	fmt.Println(err)
	// Output:
	// cut_at(7, reset) <nil>
	// unknown fault "reset_peer": did you mean reset_after_read?
}

func ExampleCatalogue_Lookup() {
	info, _ := faultdaemon.Builtin().Lookup(faultdaemon.FaultCloseAfterRead)
	fmt.Println(info.Name, info.Summary)
	fmt.Println("right for a client:", info.Client)
	// Output:
	// close_after_read reads the request and closes the connection with a clean EOF; the handler does not run.
	// right for a client: rejects
}
