package faultdaemon

import (
	"bytes"
	"errors"
	"io"
)

// The upstream's goroutine: it reads what the upstream sends, and passes it on,
// gives it to the exchange that waits for it, or does what a fault does to it.

// serveReplies passes on what the upstream sends, and then how it has ended.
func (r *relayed) serveReplies() {
	defer r.pushes.end()
	defer r.upstreamEnded()
	defer r.pushes.rescue()
	err := r.passReplies()
	if !r.isOver() { // else the relay has ended it
		r.tap(ToClient, nil, false)
	}
	switch {
	case errors.Is(err, io.EOF):
		err = r.passEOF()
	case r.replies.broken() && !r.isOver():
		r.pushes.note(EventUpstreamEnded, err.Error())
	}
	if r.ending = err; r.pushReset != nil {
		r.ending = r.pushReset
	}
	r.pushes.returned = true
}

// upstreamEnded says that the upstream sends no more, and waits until it has gone.
func (r *relayed) upstreamEnded() {
	why := "the upstream has ended the connection instead of replying"
	if r.replies.broken() {
		why += ": " + r.replies.ended.Error()
	}
	r.reply.settle(errors.New(why))
	close(r.drained)
	switch {
	case r.replies.failed != nil: // the client takes no more; what it sends is passed on
		_ = r.upstream.CloseRead()
	case r.ending != nil:
		r.leave()
	case seesLeaving(r.upstream) && r.upstream.WaitGone() == nil:
		r.leave()
	}
}

// passEOF lets the client read EOF: the upstream has shut its write side, and may still read.
func (r *relayed) passEOF() error {
	r.reply.settle(errors.New("the upstream has ended the connection instead of replying"))
	r.pushes.note(EventUpstreamEnded, "")
	select {
	case r.hurting <- struct{}{}: // what a fault has yet to send comes before
		defer func() { <-r.hurting }()
	case <-r.over:
		return ErrClosed
	}
	if err := r.turn.take(); err != nil {
		return err
	}
	defer r.turn.give()
	return r.client.wire.CloseWrite()
}

// passReplies passes on what the upstream sends until it sends no more, and returns why.
func (r *relayed) passReplies() error {
	for {
		message, begun, err := r.replies.next()
		switch {
		case err == nil:
		case r.replies.failed == nil && r.replies.ended == nil:
			why := "from the upstream: " + err.Error()
			r.pushes.log(&Event{Kind: EventRaw, Bytes: len(message), Detail: why})
			r.passRest()
			r.reply.settle(NotFired(why))
			return r.copyRaw(&r.replies, ToClient, message)
		default:
			if len(message) > 0 {
				r.tap(ToClient, message, true)
			}
			r.passRest()
			_ = r.replies.release()
			return r.replies.lost()
		}
		if err := r.passReply(message, begun); err != nil {
			return err
		}
	}
}

// passRest passes on what has come of a reply that will not be whole.
func (r *relayed) passRest() {
	if rest := r.reply.rest(); len(rest) > 0 {
		_ = r.replies.send(rest) // the flow keeps the error
	}
}

// passReply does what is to be done about one message of the upstream's.
func (r *relayed) passReply(message []byte, begun bool) error {
	r.tap(ToClient, message, false)
	if taken, whole := r.reply.take(message); taken {
		err := r.replies.take() // what comes before it is passed on before a fault writes it
		if err == nil && whole {
			r.reply.settle(nil)
		}
		return err
	}
	if !begun {
		if hurt, err := r.hurtPush(message); hurt || err != nil {
			return err
		}
		r.replies.pass()
	}
	return nil
}

// hurtPush does the fault of a message that the upstream sends by itself, if one
// is due.
func (r *relayed) hurtPush(message []byte) (hurt bool, err error) {
	c := r.pushes
	st := c.daemon.state.Load()
	if !st.policy.reaches(StageRespond, true) || !r.reply.pushed(message) {
		return false, nil
	}
	c.exchanges++
	c.current = Exchange{conn: c, state: st, number: c.exchanges, request: message}
	e := &c.current
	c.decide(e, StageRespond)
	if e.fault == nil {
		return false, nil
	}
	e.request = bytes.Clone(message)
	e.response, e.asked = e.request, true
	if err := r.replies.take(); err != nil {
		return true, err
	}
	err = c.act(e)
	c.turn.yield(c)
	return true, err
}
