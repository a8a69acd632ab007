package lengthprefix

import "github.com/faultdaemon/toolkit/faultdaemon"

// A framing is what both kinds of this package have.
type framing interface {
	faultdaemon.Protocol
	faultdaemon.Payloader
	faultdaemon.Replier
}

func config(f framing, h func(payload []byte) []byte) faultdaemon.Config {
	return faultdaemon.Config{Protocol: f, ResponseHandler: handler(f, h)}
}

func handler(f framing, h func(payload []byte) []byte) faultdaemon.ResponseHandler {
	if h == nil {
		return nil
	}
	return func(request []byte) []byte {
		payload, err := f.Payload(request)
		if err != nil {
			panic(err)
		}
		result := h(payload)
		if result == nil {
			return []byte{}
		}
		reply, err := f.Reply(request, result)
		if err != nil {
			panic(err)
		}
		return reply
	}
}

// At returns a FaultMatcher that picks the requests that hold these bytes at an
// offset of the message: At(0, "Q") the simple queries of Postgres, At(10,
// "\x00\x00\x00\x00") the i3 messages of type 0.
func At(offset int, want string) faultdaemon.FaultMatcher {
	return func(request []byte) bool {
		return offset >= 0 && offset <= len(request)-len(want) && string(request[offset:offset+len(want)]) == want
	}
}
