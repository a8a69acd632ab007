package jsonrpc

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The steps that write what the client did not ask for.

// burst is how many bytes a flood writes at once, about.
const burst = 32 << 10

// interleaved writes as many notifications as k says, each in a write of its
// own.
func interleaved(k string) faultdaemon.Step { return numbered(k, 1) }

// flooded writes as many notifications as n says, in large writes.
func flooded(n string) faultdaemon.Step { return numbered(n, burst) }

// numbered writes notifications that count: "1 of 3".
func numbered(count string, atOnce int) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		n := e.Arg(count).Int()
		return repeat(e, n, atOnce, func(i int64) ([]byte, error) {
			return e.Protocol().Frame(logMessage(fmt.Sprintf("%d of %d", i, n)))
		})
	}
}

// loud is how much text a notification of a loud flood holds, in bytes.
const loud = 4 << 10

// loudFlood writes notifications until they hold as much text as size says.
func loudFlood(size string) faultdaemon.Step {
	text := logMessage(strings.Repeat("x", loud))
	return func(e *faultdaemon.Exchange) error {
		message, err := e.Protocol().Frame(text)
		if err != nil {
			return err
		}
		count := (e.Arg(size).Int()-1)/loud + 1
		return repeat(e, count, burst, func(int64) ([]byte, error) { return message, nil })
	}
}

// logMessage is a notification as the Model Context Protocol has it; a client
// of another protocol does not know its method.
func logMessage(data string) []byte {
	return []byte(`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"` + data + `"}}`)
}

// fillerLine is a field of a header, 64 bytes long.
const fillerLine = "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"

// filler writes fields of a header until there are as many bytes as size says,
// and no blank line.
func filler(size string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		count := (e.Arg(size).Int()-1)/int64(len(fillerLine)) + 1
		return repeat(e, count, burst, func(int64) ([]byte, error) { return []byte(fillerLine), nil })
	}
}

// repeat writes what piece makes, for i from 1 to count, in writes of about
// atOnce bytes: what is in memory does not grow with count.
func repeat(e *faultdaemon.Exchange, count int64, atOnce int, piece func(i int64) ([]byte, error)) error {
	var waiting []byte
	for i := int64(1); i <= count; i++ {
		p, err := piece(i)
		if err != nil {
			return err
		}
		if waiting = append(waiting, p...); len(waiting) < atOnce && i < count {
			continue
		}
		if _, err := e.Write(waiting); err != nil {
			return err
		}
		waiting = waiting[:0]
	}
	return nil
}
