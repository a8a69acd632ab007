package recall_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Clients that read a header, or a body by its length.
func headers() []claim {
	one := headed.asks("milk").timely
	reading := func(read func(*peer) ([]byte, error)) client { return style{header, read, rightly}.asks("milk").timely }
	return []claim{
		{fault: jsonrpc.FaultHeaderMissingLength, daemon: onHeaders(), right: one, buggy: reading(panicsAtHeader), verdict: faulttest.Crashed},
		{fault: jsonrpc.FaultHeaderBadNumber, daemon: onHeaders(), right: one, buggy: reading(panicsAtHeader), verdict: faulttest.Crashed},
		{fault: jsonrpc.FaultHeaderNoColon, daemon: onHeaders(), right: one, buggy: reading(panicsAtHeader), verdict: faulttest.Crashed},
		{
			fault: jsonrpc.FaultHeaderLengthShort, daemon: onHeaders(), verdict: faulttest.TimedOut,
			right: one, buggy: style{header, readBody, skipsUnreadable}.asks("milk").timely,
		},
		{fault: jsonrpc.FaultHeaderLengthInChars, daemon: onHeaders(), right: one, buggy: reading(countsCharacters), verdict: faulttest.Survived},
		{fault: jsonrpc.FaultPayloadLooksLikeHeader, daemon: onHeaders(), right: one, buggy: reading(searchesHeader), verdict: faulttest.Rejected},
		{
			fault: jsonrpc.FaultHeaderLengthHuge.With(64 << 20), daemon: onHeaders(), right: one, buggy: reading(believesLength), verdict: faulttest.TimedOut,
			unseen: "no verdict is about memory, and a client without a limit may wait",
		},
	}
}

func onHeaders() faultdaemon.Config { return jsonrpc.Headers.Config(notes) }

func header(text string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text) }

// headed is the style with headers that makes no mistake.
var headed = style{header, readBody, rightly}

const maxBody = 1 << 20

func readBody(p *peer) ([]byte, error) {
	n, err := readHeader(p)
	if err == nil && n > maxBody {
		err = fmt.Errorf("a body of %d bytes, %d are allowed", n, maxBody)
	}
	if err != nil {
		return nil, err
	}
	return believing(p, n)
}

// believing takes memory for n bytes and reads them.
func believing(p *peer, n int) ([]byte, error) {
	body := make([]byte, n)
	_, err := io.ReadFull(p.r, body)
	return body, err
}

func readHeader(p *peer) (int, error) {
	head := ""
	for !strings.HasSuffix(head, "\r\n\r\n") {
		line, err := p.r.ReadString('\n')
		if err != nil {
			return 0, err
		}
		head += line
	}
	return length(strings.TrimSuffix(head, "\r\n\r\n"))
}

// length is that of a header of one field.
func length(head string) (int, error) {
	value, found := strings.CutPrefix(head, "Content-Length: ")
	if !found {
		return 0, errors.New("a header without a length")
	}
	n, err := strconv.ParseUint(value, 10, 31)
	return int(n), err
}

func panicsAtHeader(p *peer) ([]byte, error) {
	n, err := readHeader(p)
	var wrong *strconv.NumError
	if err != nil && (errors.As(err, &wrong) || strings.Contains(err.Error(), "length")) {
		panic(err)
	}
	if err != nil {
		return nil, err
	}
	return believing(p, n)
}

func countsCharacters(p *peer) (body []byte, err error) {
	n, err := readHeader(p)
	for ; n > 0 && err == nil; n-- {
		var c rune
		c, _, err = p.r.ReadRune()
		body = append(body, string(c)...)
	}
	return body, err
}

// searchesHeader looks for a header in all that has come.
func searchesHeader(p *peer) ([]byte, error) {
	text, err := oneRead(p)
	at := bytes.LastIndex(text, []byte("Content-Length"))
	if err != nil || at < 0 {
		return nil, errors.Join(err, errors.New("no header"))
	}
	head, body, _ := strings.Cut(string(text[at:]), "\r\n\r\n")
	n, err := length(head)
	return []byte(body)[:min(n, len(body))], err
}

// believesLength takes as much memory as any header announces.
func believesLength(p *peer) ([]byte, error) {
	n, err := readHeader(p)
	if err != nil {
		return nil, err
	}
	return believing(p, n)
}
