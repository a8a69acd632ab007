package listen

import (
	"errors"
	"math"
	"os"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Leave ends listening: clients find something else. Connections that are open live
// on.
func Leave(found faultdaemon.Found) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return e.Leave(found) }
}

// Listen listens, and serves.
func Listen(e *faultdaemon.Exchange) error { return e.Listen() }

// Renew listens anew, under a new inode where a socket has a file.
func Renew(e *faultdaemon.Exchange) error { return e.Renew() }

// Restart ends every open connection, as the end of the daemon's process does.
func Restart(e *faultdaemon.Exchange) error { return e.Restart() }

// AwaitExchange waits until an exchange has ended.
func AwaitExchange(e *faultdaemon.Exchange) error { return e.AwaitExchanges(1) }

// AwaitConnections waits until as many connections were accepted as the Int parameter
// says.
func AwaitConnections(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		return e.AwaitConnections(int(min(e.Arg(param).Int(), math.MaxInt)))
	}
}

// Half waits for half as long as the Duration parameter says.
func Half(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return e.Wait(e.Arg(param).Duration() / 2) }
}

// WaitOrHang waits for as long as the Duration parameter says, for ever where that is
// 0.
func WaitOrHang(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		if d := e.Arg(param).Duration(); d > 0 {
			return e.Wait(d)
		}
		return e.Hang()
	}
}

// Beyond does a step on the connections that come after as many as the Int parameter
// says; the fault does not fire on those.
func Beyond(param string, do faultdaemon.Step) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		if e.Connection() <= e.Arg(param).Int() {
			return faultdaemon.NotFired("it is one of the connections that are served")
		}
		return do(e)
	}
}

// CloseIdle serves a connection until no request comes for as long as the Duration
// parameter says, and closes it then.
func CloseIdle(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		for d := e.Arg(param).Duration(); ; {
			next, err := e.Next(max(d, time.Nanosecond))
			switch {
			case errors.Is(err, os.ErrDeadlineExceeded):
				return e.Close()
			case err != nil:
				return err
			}
			if err := serve(next); err != nil {
				return err
			}
		}
	}
}

// serve replies to a request as a healthy daemon does.
func serve(e *faultdaemon.Exchange) error {
	r, err := e.Response()
	if err != nil || len(r) == 0 {
		return err
	}
	_, err = e.Write(r)
	return err
}

// Deaf serves a request, then reads whatever comes and answers nothing, until the
// client goes away.
func Deaf(e *faultdaemon.Exchange) error {
	if err := serve(e); err != nil {
		return err
	}
	for {
		if _, err := e.Next(0); err != nil {
			return err
		}
	}
}
