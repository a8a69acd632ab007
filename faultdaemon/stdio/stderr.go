package stdio

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Stderr writes a text to the process's stderr.
func Stderr(text string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return writeStderr(e, []byte(text)) }
}

// StderrLines writes lines of a log to the process's stderr, as many bytes as the
// Int parameter says, and blocks while nobody drains it.
func StderrLines(size string) faultdaemon.Step {
	const line = "2026-01-01T00:00:00Z DEBUG server: nothing new, and a lot of it\n"
	return func(e *faultdaemon.Exchange) error {
		n := int(e.Arg(size).Int())
		return writeStderr(e, []byte(strings.Repeat(line, n/len(line)+1)[:n]))
	}
}

// StderrWithoutNewline writes one line that does not end to the process's stderr, as
// many bytes as the Int parameter says.
func StderrWithoutNewline(size string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		return writeStderr(e, bytes.Repeat([]byte{'.'}, int(e.Arg(size).Int())))
	}
}

// StderrBinary writes every byte from 0x00 to 0xff to the process's stderr, and so
// no text in any encoding.
func StderrBinary(e *faultdaemon.Exchange) error {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return writeStderr(e, all)
}

func writeStderr(e *faultdaemon.Exchange, text []byte) error {
	p, err := processOf(e)
	if err != nil {
		return err
	}
	began := time.Now()
	return act(e, fmt.Sprintf("write %d bytes to stderr", len(text)), began, p.WriteStderr(e.Context(), text))
}
