package notes_test

import (
	"context"
	"testing"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// Every fault, those of JSON on lines too, in virtual time: a subtest for
// each, which fails when the client does what is not right under it.
func TestClientUnderEveryFault(t *testing.T) {
	daemon := faultdaemon.Config{Protocol: ndjson.Lines, ResponseHandler: func([]byte) []byte {
		return []byte(`{"id":1,"ok":true,"notes":["milk","bread"]}` + "\n")
	}}
	faulttest.Run(t, daemon, func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		client := notes.Client{Dial: dial}
		return client.List(ctx)
	}, nil)
}

// Every byte of the reply to an import: cut off there, split in two, flipped,
// stalled. Two messages of progress come before it.
func TestClientAtEveryByte(t *testing.T) {
	daemon := faultdaemon.Config{Protocol: ndjson.Lines, ResponseHandler: func([]byte) []byte {
		return []byte(`{"id":1,"progress":40}` + "\n" + `{"id":1,"progress":100}` + "\n" + `{"id":1,"ok":true}` + "\n")
	}}
	faulttest.Sweep(t, daemon, func(ctx context.Context, dial faulttest.Dialer) ([]int, error) {
		var seen []int
		client := notes.Client{Dial: dial, NewKey: func() string { return "" }}
		err := client.Import(ctx, []string{"tea", "jam"}, func(percent int) { seen = append(seen, percent) })
		return seen, err
	}, nil)
}
