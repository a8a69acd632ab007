package faultdaemon

import "fmt"

// EveryNthConnection does step on every nth connection that the daemon
// accepts, n being an Int parameter, and does not fire on the others; on none
// when n is 0.
func EveryNthConnection(n string, step Step) Step {
	return func(e *Exchange) error {
		nth := e.Arg(n).Int()
		if nth == 0 || e.Connection()%nth != 0 {
			return NotFired(fmt.Sprintf("connection %d is none of every %d", e.Connection(), nth))
		}
		return step(e)
	}
}

// Serve reads as many requests as the Int parameter n says and serves them as
// a healthy daemon does.
func Serve(n string) Step {
	return func(e *Exchange) error {
		for range e.Arg(n).Int() {
			next, err := e.Next(0)
			if err != nil {
				return err
			}
			if err := next.serve(); err != nil {
				return err
			}
		}
		return nil
	}
}

// SendWithNext holds R until the client's next request, and then writes R and
// the reply to that one in one write. When the Duration parameter hold has
// passed without a request, or the client sends no more, it writes R alone. A
// request that has begun by then is waited for.
func SendWithNext(hold string) Step {
	return func(e *Exchange) error {
		r, err := Response(e)
		if err != nil {
			return err
		}
		next, err := e.Next(e.Arg(hold).Duration())
		if err == nil {
			var second []byte
			if second, err = next.Response(); err != nil {
				return err
			}
			r = append(r[:len(r):len(r)], second...)
		}
		if _, werr := e.Write(r); werr != nil {
			return werr
		}
		if isTimeout(err) {
			return nil
		}
		return err
	}
}
