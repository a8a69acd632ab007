package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A scenario is what a client does under the faults that it is for, and how it
// is run.
type scenario struct {
	talk  talk
	opts  faulttest.Options
	isFor func(faultdaemon.Info) bool
}

// scenarios are all of them: each fault has one. Time is virtual, but for two
// kinds of calls under which it may stand still: those that wait for their
// writing with a mutex locked, and those that set gigabytes aside.
func scenarios() []scenario {
	return []scenario{
		{oneCall, faulttest.Options{Isolate: true}, func(info faultdaemon.Info) bool { return !wantsMore(info) && !wantsMemory(info) }},
		{severalCalls, faulttest.Options{Isolate: true}, func(info faultdaemon.Info) bool { return wantsMore(info) && !wantsLarge(info) }},
		{aLargeCall, faulttest.Options{Isolate: true, Real: true, Deadline: 2 * time.Second}, wantsLarge},
		{oneCall, faulttest.Options{Isolate: true, Real: true, Deadline: 2 * time.Second, MaxMemory: 8 << 20}, wantsMemory},
	}
}

// wantsMemory reports whether a fault announces more than a client should make
// room for.
func wantsMemory(info faultdaemon.Info) bool { return info.Name == jsonrpc.FaultHeaderLengthHuge }

// wantsLarge reports whether a fault is about what a client writes.
func wantsLarge(info faultdaemon.Info) bool {
	return info.Needs&faultdaemon.LargeWrite != 0 || info.Name == faultdaemon.FaultStopReading
}

// wantsMore reports whether a fault needs more than a call, or shows what it
// does at the next.
func wantsMore(info faultdaemon.Info) bool {
	switch info.Name {
	case faultdaemon.FaultHalfClose, faultdaemon.FaultResponseWithoutNewline, faultdaemon.FaultResponseTooLarge,
		jsonrpc.FaultReplyToNotification, jsonrpc.FaultUnsolicitedResponse:
		return true
	}
	return info.Needs != 0 || wantsLarge(info)
}

// An testCase is a row of the table: a fault, and the arguments with which it
// meets a client.
type testCase struct {
	row   faultdaemon.Fault
	fault faultdaemon.Fault
	info  faultdaemon.Info
}

// casesOf are the cases of the faults that the subject's protocol can have. Some
// faults come twice; floods and lengths are shorter than they could be, and
// nothing acts on a handshake.
func (s subject) casesOf(t *testing.T) (list []testCase) {
	known, err := faultdaemon.Join(faultdaemon.Builtin(), s.config.Protocol.Catalogue())
	require.NoError(t, err)
	for _, info := range known.All() {
		if info.Applies(s.config.Protocol) != nil {
			continue
		}
		a := testCase{row: info.Name, fault: info.Fault(), info: info}
		switch info.Name {
		case faultdaemon.FaultStopReading:
			a.fault = info.Name.With(s.messages + 1)
		case jsonrpc.FaultNotificationFlood:
			a.fault = info.Name.With(floodOfNotifications)
		case jsonrpc.FaultResponseFloodWhileClientWrites:
			a.fault = info.Name.With(floodOfBytes)
		case jsonrpc.FaultHeaderLengthHuge:
			a.fault = info.Name.With(hugeLength)
		}
		list = append(list, a)
		for _, more := range again {
			if more.Name() == info.Name.Name() {
				list = append(list, testCase{row: more, fault: more, info: info})
			}
		}
	}
	return list
}

// The lengths of the floods, and of the message that never comes: to clear the
// memory for a longer one takes some machines seconds.
const (
	floodOfNotifications = 1000
	floodOfBytes         = 1 << 20
	hugeLength           = 1 << 24
)

// again are faults that come with other arguments, too.
var again = []faultdaemon.Fault{
	jsonrpc.FaultHeaderBadNumber.With("negative"),
	jsonrpc.FaultHeaderLengthHuge.With("4611686018427387904"),
}

// judge judges the client under every fault and returns its column. It returns
// nothing in a process that is for one fault.
func (s subject) judge(t *testing.T) map[faultdaemon.Fault]faulttest.Result {
	column := make(map[faultdaemon.Fault]faulttest.Result)
	rows := make(map[faultdaemon.Fault]faultdaemon.Fault)
	for _, h := range scenarios() {
		for _, a := range s.casesOf(t) {
			if h.isFor(a.info) {
				h.opts.Only = append(h.opts.Only, a.fault)
				rows[a.fault] = a.row
			}
		}
		if len(h.opts.Only) == 0 {
			continue
		}
		report := faulttest.Judge(t, s.config, s.judged(h.talk), &h.opts)
		require.NoError(t, report.Err)
		require.Empty(t, report.Leaks, "even when the daemon is healthy")
		for _, r := range report.Results {
			column[rows[r.Fault]] = r
		}
	}
	return column
}
