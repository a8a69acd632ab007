// Package fakeredis is what a Redis replies, as far as its clients need it here.
package fakeredis

import (
	"fmt"
	"strings"
)

// Answer is the handler of a Redis in which every key has a value.
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
