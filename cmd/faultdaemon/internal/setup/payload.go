package setup

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// content returns the bytes that a flag's value stands for: those of a file
// where it is @FILE, those that the digits behind hex: say, white space ignored,
// else the text itself.
func content(value string) ([]byte, error) {
	if name, found := strings.CutPrefix(value, "@"); found {
		return os.ReadFile(name)
	}
	if digits, found := strings.CutPrefix(value, "hex:"); found {
		return digitsOf(digits)
	}
	return []byte(value), nil
}

// digitsOf returns the bytes of a hexadecimal text.
func digitsOf(text string) ([]byte, error) {
	content, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q: want two hexadecimal digits a byte, as in 0a ff", text)
	case len(content) == 0:
		return nil, errors.New("there is no hexadecimal digit: want two a byte, as in 0a ff")
	}
	return content, nil
}

// textOf returns what a message carries, its line ends cut off where the
// protocol cannot tell.
func textOf(p faultdaemon.Protocol, message []byte) []byte {
	if p, ok := p.(faultdaemon.Payloader); ok {
		if text, err := p.Payload(message); err == nil {
			return text
		}
	}
	return bytes.TrimRight(message, "\r\n")
}

// replyTo returns the message that carries a payload as the reply to a request.
func replyTo(p faultdaemon.Protocol, request, payload []byte) ([]byte, error) {
	if p, ok := p.(faultdaemon.Replier); ok {
		return p.Reply(request, payload)
	}
	return p.Frame(payload)
}
