package notes_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestHalfAReplyIsAnError(t *testing.T) {
	d := faulttest.Start(t, faultdaemon.Config{
		Fault:           faultdaemon.FaultPartialResponse,
		ResponseHandler: func([]byte) []byte { return []byte(`{"id":1,"ok":true,"notes":["milk"]}` + "\n") },
	})
	client := notes.NewClient(d.SocketPath())
	if list, err := client.List(t.Context()); err == nil {
		t.Errorf("half a reply was taken for a whole one: %q", list)
	}
	if calls := d.GetCalls(); len(calls) != 3 {
		t.Errorf("the client asked %d times, want three: it repeats what was lost, twice", len(calls))
	}
}

func TestFifteenSecondsTakeNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{Fault: faultdaemon.FaultVerySlowResponse})
		if err := d.Start(); err != nil {
			t.Fatal(err)
		}
		defer d.Stop()
		client := notes.Client{Dial: d.Dial, Timeout: time.Second}
		began := time.Now()
		if _, err := client.List(t.Context()); err == nil {
			t.Error("there was an answer")
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("the client gave up after %s, want its timeout", took)
		}
	})
}
