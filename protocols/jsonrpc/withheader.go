package jsonrpc

import "github.com/faultdaemon/toolkit/faultdaemon"

// A WithHeaderRenderer returns what build makes of a reply's body in place of
// the reply: header and body, as they go to the client. Of this package's
// protocols, only [Headers] can.
type WithHeaderRenderer interface {
	WithHeader(reply []byte, build func(body []byte) ([]byte, error)) ([]byte, error)
}

// WithHeader is R with what build makes of its reply's body, header included.
func WithHeader(build func(e *faultdaemon.Exchange, body []byte) ([]byte, error)) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(r WithHeaderRenderer, _, reply []byte) ([]byte, error) {
			return r.WithHeader(reply, func(body []byte) ([]byte, error) { return build(e, body) })
		})
	}
}

// WithHeader gives build the body behind the reply's header.
func (p Protocol) WithHeader(reply []byte, build func(body []byte) ([]byte, error)) ([]byte, error) {
	text, err := p.framing.text(reply)
	if err != nil {
		return nil, err
	}
	return build(text)
}
