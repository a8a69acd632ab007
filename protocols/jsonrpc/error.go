package jsonrpc

import "fmt"

// The error codes of JSON-RPC 2.0, section 5.1.
const (
	CodeParseError     = -32700 // the text is no JSON
	CodeInvalidRequest = -32600 // the JSON is no request
	CodeMethodNotFound = -32601
	CodeInvalidParams  = -32602
	CodeInternalError  = -32603

	// Codes from CodeServerErrorMin to CodeServerErrorMax are for servers to
	// define.
	CodeServerErrorMin = -32099
	CodeServerErrorMax = -32000

	// All codes from CodeReservedMin to CodeReservedMax are reserved;
	// applications use others.
	CodeReservedMin = -32768
	CodeReservedMax = -32000
)

// An Error is the error of a reply, as a method returns it:
//
//	&jsonrpc.Error{Code: 4, Message: "no such note", Data: 17}
//
// comes out as {"code":4,"message":"no such note","data":17}.
type Error struct {
	Code    int    // a whole number; the reserved ones are constants of this package
	Message string // one sentence; empty stands for the specification's words, where it has some for Code
	Data    any    // more about the error, as JSON; nil leaves it out
}

// Error returns the message and the code: "Method not found (-32601)".
func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.message(), e.Code) }

// message returns Message or what the specification says for the code.
func (e *Error) message() string {
	if e.Message != "" {
		return e.Message
	}
	switch e.Code {
	case CodeParseError:
		return "Parse error"
	case CodeInvalidRequest:
		return "Invalid Request"
	case CodeMethodNotFound:
		return "Method not found"
	case CodeInvalidParams:
		return "Invalid params"
	case CodeInternalError:
		return "Internal error"
	}
	if CodeServerErrorMin <= e.Code && e.Code <= CodeServerErrorMax {
		return "Server error"
	}
	return ""
}
