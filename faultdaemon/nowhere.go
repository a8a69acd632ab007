package faultdaemon

import (
	"context"
	"errors"
	"net"
	"time"
)

// unconnected returns what a fault of the listen stage acts on in the place of a
// connection. Its waits end with ctx.
func (d *FaultDaemon) unconnected(r *run, ctx context.Context, st *state) *connection {
	c := &connection{
		daemon: d, run: r, era: r.presentEra(), stop: ctx.Done(), ctx: ctx, wire: nowhere{ctx.Done()},
		protocol: st.protocol, limit: st.limit,
	}
	c.current = Exchange{conn: c, state: st}
	return c
}

// errNowhere is what reading and writing says at the listen stage.
var errNowhere = errors.New("there is no connection at the listen stage")

// nowhere is the wire of a fault that acts before there are connections: it can only
// be waited on, and nobody leaves it.
type nowhere struct{ stop <-chan struct{} }

func (w nowhere) WaitGone() error { <-w.stop; return nil }

func (nowhere) WaitByte() error                  { return errNowhere }
func (nowhere) Read([]byte) (int, error)         { return 0, errNowhere }
func (nowhere) Write([]byte) (int, error)        { return 0, errNowhere }
func (nowhere) CloseWrite() error                { return errNowhere }
func (nowhere) CloseRead() error                 { return errNowhere }
func (nowhere) Close() error                     { return nil }
func (nowhere) Finish() error                    { return nil }
func (nowhere) Reset() error                     { return nil }
func (nowhere) LocalAddr() net.Addr              { return nil }
func (nowhere) RemoteAddr() net.Addr             { return nil }
func (nowhere) SetDeadline(time.Time) error      { return errNowhere }
func (nowhere) SetReadDeadline(time.Time) error  { return errNowhere }
func (nowhere) SetWriteDeadline(time.Time) error { return errNowhere }
