package jsonrpc

import "github.com/faultdaemon/toolkit/faultdaemon"

// replyToNotification writes a text in reply to a notification, or to a batch
// of nothing else, once the handler has had it.
func replyToNotification(text string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		r, err := e.Response()
		if err != nil {
			return err
		}
		if len(r) > 0 || !isNotification(body(e.Request())) {
			return faultdaemon.NotFired("the request is no notification")
		}
		message, err := e.Protocol().Frame([]byte(text))
		if err != nil {
			return err
		}
		_, err = e.Write(message)
		return err
	}
}

// behindNotification is a notification and R behind it.
func behindNotification(e *faultdaemon.Exchange) ([]byte, error) {
	r, err := faultdaemon.Response(e)
	if err != nil {
		return nil, err
	}
	message, err := e.Protocol().Frame(logMessage("1 of 1"))
	return append(message, r...), err
}

// isNotification reports whether a text is a notification or has one in its
// batch.
func isNotification(text []byte) bool {
	list, _, _ := readAll(text)
	for _, m := range list {
		if m.kind == notification {
			return true
		}
	}
	return false
}
