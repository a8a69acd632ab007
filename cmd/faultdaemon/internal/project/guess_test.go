package project_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/project"
)

func TestLooksLike(t *testing.T) {
	for sent, want := range map[string]string{
		"ping\n":                      "lines",
		"{\"id\":1}\n":                "ndjson",
		"{\"jsonrpc\":\"2.0\"}\n":     "jsonrpc",
		"Content-Length: 2\r\n\r\n{}": "jsonrpc-headers",
		"{\"id\":1}":                  "",
		"\x04\x00\x00\x00ping":        "",
		"":                            "",
	} {
		assert.Equal(t, want, project.ProtocolIn(project.LooksLike([]byte(sent))), "%q", sent)
	}
	assert.Empty(t, project.ProtocolIn("this looks like HTTP, which is out of this command's scope"))
}
