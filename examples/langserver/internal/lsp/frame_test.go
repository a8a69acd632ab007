package lsp_test

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

func TestRead(t *testing.T) {
	for name, tt := range map[string]struct{ stream, text, err string }{
		"as it is written":     {"Content-Length: 2\r\n\r\n{}", "{}", ""},
		"another name's case":  {"content-LENGTH:2\r\n\r\n{}", "{}", ""},
		"other fields":         {"X-Trace: 1\r\nContent-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", "{}", ""},
		"newlines alone":       {"Content-Length: 2\n\n{}", "{}", ""},
		"the old spelling":     {"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=UTF8\r\n\r\n{}", "{}", ""},
		"the length twice":     {"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "{}", ""},
		"empty":                {"Content-Length: 0\r\n\r\n", "", ""},
		"bytes, no characters": {"Content-Length: 4\r\n\r\n\"ö\"", `"ö"`, ""},

		"too long":       {fmt.Sprintf("Content-Length: %d\r\n\r\n", lsp.MaxBytes+1), "", "a message of 1048577 bytes is longer than 1048576"},
		"no length":      {"X-Trace: 1\r\n\r\n{}", "", "no Content-Length"},
		"no number":      {"Content-Length: abc\r\n\r\n{}", "", `Content-Length is "abc"`},
		"negative":       {"Content-Length: -2\r\n\r\n{}", "", `Content-Length is "-2"`},
		"more than int":  {"Content-Length: 99999999999999999999\r\n\r\n", "", "a message of 99999999999999999999 bytes is longer than 1048576"},
		"two lengths":    {"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "", "Content-Length is 2 and 3: want one"},
		"a sign":         {"Content-Length: +2\r\n\r\n{}", "", `Content-Length is "+2"`},
		"charset":        {"Content-Length: 2\r\nContent-Type: a/b; charset=utf-16\r\n\r\n{}", "", `charset "utf-16": want utf-8`},
		"content type":   {"Content-Length: 2\r\nContent-Type: ;\r\n\r\n{}", "", `Content-Type is ";"`},
		"no field":       {"listening\r\nContent-Length: 2\r\n\r\n{}", "", `"listening" is no field`},
		"long field":     {"X: " + strings.Repeat("x", 4096) + "\r\n", "", "longer than 4096 bytes"},
		"many fields":    {strings.Repeat("X: y\r\n", 700), "", "longer than 4096 bytes"},
		"cut header":     {"Content-Length: 2\r\n", "", "unexpected EOF"},
		"cut body":       {"Content-Length: 2\r\n\r\n{", "", "unexpected EOF"},
		"body is absent": {"Content-Length: 2\r\n\r\n", "", "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, source := range []io.Reader{strings.NewReader(tt.stream), iotest.OneByteReader(strings.NewReader(tt.stream))} {
				text, err := lsp.Read(bufio.NewReader(source))
				if tt.err != "" {
					assert.ErrorContains(t, err, tt.err)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, tt.text, string(text))
			}
		})
	}
}

func TestReadTakesOneMessageAfterTheOther(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("Content-Length: 2\r\n\r\n{}Content-Length: 4\r\n\r\nnull"))
	for _, want := range []string{"{}", "null"} {
		text, err := lsp.Read(r)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
	_, err := lsp.Read(r)
	assert.Equal(t, io.EOF, err)
}

func TestReadTakesTheLongest(t *testing.T) {
	longest := strings.Repeat("x", lsp.MaxBytes)
	text, err := lsp.Read(bufio.NewReader(strings.NewReader("Content-Length: 1048576\r\n\r\n" + longest)))
	require.NoError(t, err)
	assert.True(t, longest == string(text))
}
