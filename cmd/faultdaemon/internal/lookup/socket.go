package lookup

import (
	"context"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// onSockets runs a fault of where the daemon listens: on one connection, and on a
// second where the fault needs that.
func (t *trial) onSockets(ctx context.Context, d *faultdaemon.FaultDaemon, info faultdaemon.Info) error {
	needs := 1
	if info.Needs&faultdaemon.SecondExchange != 0 {
		needs = 2
	}
	first, err := d.Dial(ctx)
	if err != nil {
		t.connect = errno(err)
		return nil
	}
	defer first.Close()
	if info.Needs&faultdaemon.SecondConnection == 0 {
		return t.exchanges(d, first, needs)
	}
	if err := t.exchange(first); err != nil {
		return err
	}
	t.again = len(t.sent)
	second, err := d.Dial(ctx)
	if err != nil {
		t.connect = errno(err)
		return nil
	}
	defer second.Close()
	return t.exchange(second)
}
