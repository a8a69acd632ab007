package e2e

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// A finding is a cause, and the cells of the table that it explains. The page
// has a section for each, with its number.
type finding struct {
	title string
	cells map[string][]faultdaemon.Fault
}

// in are the same faults under each of some clients.
func in(faults []faultdaemon.Fault, subjects ...string) map[string][]faultdaemon.Fault {
	cells := make(map[string][]faultdaemon.Fault)
	for _, s := range subjects {
		cells[s] = faults
	}
	return cells
}

func findings() []finding {
	return []finding{
		{"The deadline of a call does not cover its writing", in([]faultdaemon.Fault{faultdaemon.FaultStopReading},
			"jrpc2 Line", "jrpc2 LSP", "jrpc2 RawJSON", "sourcegraph Plain", "sourcegraph VSCode", "sourcegraph Varint",
			"MCP", "x/exp Raw", "x/exp Header", "ttrpc")},
		{"A call has no deadline", map[string][]faultdaemon.Fault{"net/rpc": {
			faultdaemon.FaultHangOnAccept, faultdaemon.FaultStopReading, faultdaemon.FaultHangBeforeResponse,
			faultdaemon.FaultWriteHalfThenHang, faultdaemon.FaultDeadlock, jsonrpc.FaultWrongID, jsonrpc.FaultInstantReply,
		}}},
		{"A length is trusted with memory, and may end the process", map[string][]faultdaemon.Fault{
			"jrpc2 LSP":    {jsonrpc.FaultHeaderLengthHuge, jsonrpc.FaultHeaderLengthHuge.With("4611686018427387904")},
			"x/exp Header": {jsonrpc.FaultHeaderLengthHuge},
		}},
		{"A message that nobody asked for ends reading, while writing holds the lock", map[string][]faultdaemon.Fault{
			"net/rpc": {jsonrpc.FaultResponseFloodWhileClientWrites}}},
		{"Of two responses with the same id, either can be the answer", in([]faultdaemon.Fault{jsonrpc.FaultDuplicateResponse},
			"jrpc2 Line", "jrpc2 LSP", "jrpc2 RawJSON")},
		{"A response without an id answers the call whose id is 0", in([]faultdaemon.Fault{jsonrpc.FaultIDMissing},
			"sourcegraph Plain", "sourcegraph VSCode", "net/rpc")},
		{"A response without a result is an empty answer", in([]faultdaemon.Fault{jsonrpc.FaultNeitherResultNorError},
			"x/exp Raw", "x/exp Header")},
		{"Calls do not learn that reading has ended", map[string][]faultdaemon.Fault{
			"x/exp Raw":    notLearnt,
			"x/exp Header": append(notLearntOfHeaders, notLearnt...),
		}},
		{"Names are compared without their case", in([]faultdaemon.Fault{jsonrpc.FaultCaseVariantKeys},
			"sourcegraph Plain", "sourcegraph VSCode", "x/exp Raw", "x/exp Header", "net/rpc")},
		{"Names of header fields are compared with their case", in([]faultdaemon.Fault{jsonrpc.FaultHeaderCase},
			"sourcegraph VSCode", "x/exp Header")},
		{"The length of a message is not where it ends", map[string][]faultdaemon.Fault{
			"sourcegraph VSCode": {jsonrpc.FaultHeaderLengthLong, jsonrpc.FaultHeaderCountsGarbage},
			"sourcegraph Varint": {lengthprefix.FaultLengthLong, lengthprefix.FaultLengthIncludesSelf},
		}},
		{"Header fields other than the length are not looked at", map[string][]faultdaemon.Fault{
			"sourcegraph VSCode": {jsonrpc.FaultHeaderWrongCharset},
			"x/exp Header":       {jsonrpc.FaultHeaderWrongCharset},
		}},
		{"Members that are not known fail the call", map[string][]faultdaemon.Fault{
			"jrpc2 Line":    {jsonrpc.FaultExtraMembers},
			"jrpc2 LSP":     {jsonrpc.FaultExtraMembers, jsonrpc.FaultPayloadLooksLikeHeader},
			"jrpc2 RawJSON": {jsonrpc.FaultExtraMembers},
		}},
		{"A response with a method is taken for a request", in([]faultdaemon.Fault{jsonrpc.FaultMethodAndResult},
			"MCP", "x/exp Raw", "x/exp Header")},
		{"Every message is taken for a response", in([]faultdaemon.Fault{
			jsonrpc.FaultNotificationInterleaved, jsonrpc.FaultNotificationFlood, jsonrpc.FaultServerRequestIDCollision,
			jsonrpc.FaultCoalescedNotification,
		}, "net/rpc")},
		{"An invalid message is ignored, and its call waits", in([]faultdaemon.Fault{
			jsonrpc.FaultIDMissing, jsonrpc.FaultBatchEmpty, jsonrpc.FaultCaseVariantKeys,
		}, "jrpc2 Line", "jrpc2 LSP", "jrpc2 RawJSON")},
		{"An error that is for no call ends the connection", in([]faultdaemon.Fault{jsonrpc.FaultReplyToNotification}, "MCP")},
		{"The version of a response is not looked at", in([]faultdaemon.Fault{jsonrpc.FaultVersionMissing, jsonrpc.FaultVersionWrong},
			"sourcegraph Plain", "sourcegraph VSCode", "net/rpc")},
	}
}

// What ends the reading of golang.org/x/exp/jsonrpc2.
var (
	notLearnt = []faultdaemon.Fault{
		faultdaemon.FaultCloseImmediately, faultdaemon.FaultDropConnection, faultdaemon.FaultRefuseAfterAccept,
		faultdaemon.FaultCloseAfterRead, faultdaemon.FaultAckLost, faultdaemon.FaultResetAfterRead, faultdaemon.FaultPanicInHandler,
		faultdaemon.FaultPartialResponse, faultdaemon.FaultHalfClose, faultdaemon.FaultCutAt,
		faultdaemon.FaultCorruptResponse, faultdaemon.FaultInvalidJSON,
		jsonrpc.FaultVersionMissing, jsonrpc.FaultVersionWrong, jsonrpc.FaultErrorNotObject,
		jsonrpc.FaultErrorCodeNotInteger, jsonrpc.FaultReplyToNotification, jsonrpc.FaultBatchArrayForSingle,
		jsonrpc.FaultIDMissing,
	}
	notLearntOfHeaders = []faultdaemon.Fault{
		jsonrpc.FaultHeaderCountsGarbage,
		jsonrpc.FaultHeaderNoColon, jsonrpc.FaultHeaderMissingLength, jsonrpc.FaultHeaderBadNumber,
		jsonrpc.FaultHeaderBadNumber.With("negative"), jsonrpc.FaultHeaderLengthZero, jsonrpc.FaultHeaderLengthShort,
		jsonrpc.FaultHeaderLengthInChars, jsonrpc.FaultHeaderDuplicateLength,
	}
)
