// Package resp is the protocol of Redis, as far as its clients need it here.
package resp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// RESP is the protocol, version 2: a request is an array of strings, a reply any value.
//
//	*2\r\n$3\r\nGET\r\n$5\r\nkey 1\r\n
//	$14\r\nvalue of key 1\r\n
type RESP struct{}

var _ faultdaemon.Pusher = RESP{}

// ReadMessage reads a line and, where that announces them, what comes behind it.
func (RESP) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	var message []byte
	for values := 1; values > 0; values-- {
		line, err := faultdaemon.ReadDelimited(r, '\n', limit-len(message))
		message = append(message, line...)
		if err != nil {
			return message, within(err, message)
		}
		kind := line[0]
		announced, err := strconv.Atoi(strings.TrimSpace(string(line[1:])))
		switch {
		case kind != '*' && kind != '$':
		case err != nil, announced > limit:
			return message, fmt.Errorf("%w: %q", faultdaemon.ErrTooLarge, line)
		case kind == '*':
			values += announced
		case announced >= 0:
			var text bytes.Buffer
			_, err := io.CopyN(&text, r, int64(announced+len("\r\n")))
			message = append(message, text.Bytes()...)
			if err != nil {
				return message, within(err, message)
			}
		}
	}
	return message, nil
}

// within is the error of a message that has begun.
func within(err error, message []byte) error {
	if err == io.EOF && len(message) > 0 {
		return fmt.Errorf("%w: %d bytes of a message", io.ErrUnexpectedEOF, len(message))
	}
	return err
}

// Frame returns a string.
func (RESP) Frame(payload []byte) ([]byte, error) {
	return fmt.Appendf(nil, "$%d\r\n%s\r\n", len(payload), payload), nil
}

// ExpectsReply is true: every command has a reply.
func (RESP) ExpectsReply([]byte) bool { return true }

// Pushed is true for what comes of a subscription.
func (RESP) Pushed(message []byte) bool {
	return bytes.HasPrefix(message, []byte("*3\r\n$7\r\nmessage\r\n"))
}

// Catalogue brings no faults.
func (RESP) Catalogue() *faultdaemon.Catalogue { return nil }

// Answer is a Redis in which every key has a value.
func Answer(request []byte) []byte {
	words := strings.Split(string(request), "\r\n") // *2 $3 GET $5 key
	if len(words) < 3 {
		return []byte("-ERR unknown command\r\n")
	}
	text := "OK"
	switch command := strings.ToUpper(words[2]); {
	case command == "GET" && len(words) > 4:
		text = "value of " + words[4]
	case command == "INFO":
		text = "redis_version:7.0.0\r\nloading:0"
	}
	return fmt.Appendf(nil, "$%d\r\n%s\r\n", len(text), text)
}
