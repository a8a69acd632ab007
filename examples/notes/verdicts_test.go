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
