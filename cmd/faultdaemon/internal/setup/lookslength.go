package setup

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// guessLayout returns the name of the layout whose messages bytes are, with
// none left over; "" where there is none.
func guessLayout(sent []byte) string {
	candidates := []string{
		"i3", // has a magic number
		"offset=0,width=4,order=be",
		"offset=0,width=4,order=le",
		"offset=0,width=4,order=be,adjust=-4", // counts itself
		"offset=0,width=4,order=le,adjust=-4",
		"discord",
		"docker",
		"postgres",
		"grpc",
		"ttrpc",
		"offset=0,width=2,order=be",
		"offset=0,width=2,order=le",
		"offset=0,width=8,order=be",
		"offset=0,width=8,order=le",
		"varint",
	}
	for _, layout := range candidates {
		p, err := Own{}.find(lengthPrefix + layout)
		if err == nil && isMadeOf(p.value, sent) {
			return p.name
		}
	}
	return ""
}

// isMadeOf reports whether bytes are whole messages of a protocol, one of which
// carries something.
func isMadeOf(p faultdaemon.Protocol, sent []byte) bool {
	const limit = 16 << 20
	carries := false
	for r := bufio.NewReaderSize(bytes.NewReader(sent), len(sent)+16); ; {
		message, err := p.ReadMessage(r, limit)
		switch {
		case errors.Is(err, io.EOF) && len(message) == 0:
			return carries
		case err != nil:
			return false
		}
		carries = carries || len(textOf(p, message)) > 0
	}
}
