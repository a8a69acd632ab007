package recall_test

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// Clients that meet what is no message of the protocol.
func texts() []claim {
	one := lined.asks("milk").timely
	skips := style{line, readLine, skipsUnreadable}.asks("milk").timely
	return []claim{
		{fault: faultdaemon.FaultCorruptResponse, daemon: onLines(), right: one, buggy: skips, verdict: faulttest.TimedOut},
		{fault: jsonrpc.FaultNeitherResultNorError, daemon: onLines(), right: one, buggy: skips, verdict: faulttest.TimedOut},
		{
			fault: ndjson.FaultGarbagePrefix, daemon: onLines(), verdict: faulttest.Crashed,
			right: one, buggy: style{line, readLine, panicsAtUnreadable}.asks("milk").timely,
		},
		{
			fault: faultdaemon.FaultInvalidJSON, daemon: onLines(), verdict: faulttest.Rejected,
			right: one, buggy: pipelined(lined).timely, // its first error ends both calls
			unseen: "a text that cannot be read says not whose it was, so that to fail every call is right as well",
		},
	}
}

// skipsUnreadable passes over what it cannot read.
func skipsUnreadable(m message, err error, id int) (mine bool, failure error) {
	if err != nil {
		return false, nil
	}
	return rightly(m, err, id)
}

// panicsAtUnreadable has nobody who takes the error.
func panicsAtUnreadable(m message, err error, id int) (mine bool, failure error) {
	if err != nil {
		panic(err)
	}
	return rightly(m, err, id)
}
