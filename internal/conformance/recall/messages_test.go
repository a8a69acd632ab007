package recall_test

import (
	"errors"
	"strconv"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Clients that take one kind of message for another.
func messages() []claim {
	one := lined.asks("milk").timely
	taking := func(t take) use { return style{line, readLine, t}.asks("milk") }
	return []claim{
		{fault: jsonrpc.FaultNotificationInterleaved, daemon: onLines(), right: one, buggy: taking(anything).timely, verdict: faulttest.WrongAnswer},
		{fault: jsonrpc.FaultServerRequestIDCollision, daemon: onLines(), right: one, buggy: taking(onceAnID).timely, verdict: faulttest.Rejected},
		{
			fault: jsonrpc.FaultReplyToNotification, daemon: onLines(), verdict: faulttest.Rejected,
			right: notifying(lined).timely, buggy: notifying(style{line, readLine, failsForNobody}).timely,
		},
	}
}

// anything takes the next message for the response.
func anything(_ message, err error, _ int) (mine bool, failure error) { return true, err }

// onceAnID has one table for the ids of both sides.
func onceAnID(m message, err error, id int) (mine bool, failure error) {
	if m.Method != "" && string(m.ID) == strconv.Itoa(id) {
		return false, errors.New("an id that is in use")
	}
	return rightly(m, err, id)
}

// failsForNobody ends with an error that is for no call.
func failsForNobody(m message, err error, id int) (mine bool, failure error) {
	if m.Error != nil && string(m.ID) == "null" {
		return false, errors.New("an error without an id")
	}
	return rightly(m, err, id)
}

// notifying sends a notification before it makes a call.
func notifying(s style) use {
	return func(p *peer) (string, error) {
		if _, err := p.Write([]byte(s.write(`{"jsonrpc":"2.0","method":"started"}`))); err != nil {
			return "", err
		}
		return s.asks("milk")(p)
	}
}
