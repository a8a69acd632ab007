package notes_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/examples/notes/wire"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// One client before, during and after every fault: it has a connection for each
// call, so it recovers from each. The daemon's notes say which request they answer.
func TestClientRecovers(t *testing.T) {
	daemon := faultdaemon.Config{Protocol: ndjson.Lines, ResponseHandler: func(request []byte) []byte {
		var r wire.Request
		if err := json.Unmarshal(request, &r); err != nil {
			return []byte(`{"ok":false,"error":"no JSON"}` + "\n")
		}
		return fmt.Appendf(nil, `{"id":%d,"ok":true,"notes":["milk","number %[1]d"]}`+"\n", r.ID)
	}}
	faulttest.RunSession(t, daemon, func(_ context.Context, dial faulttest.Dialer) (func(context.Context, int) ([]string, error), func(), error) {
		client := notes.Client{Dial: dial}
		list := func(ctx context.Context, _ int) ([]string, error) { return client.List(ctx) }
		return list, nil, nil
	}, nil)
}
