package project_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/project"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
)

// What the guesses of the other commands name is what is written.
func TestProtocolIn(t *testing.T) {
	for sent, want := range map[string]string{
		"ping\n":                      "lines",
		"{\"id\":1}\n":                "ndjson",
		"{\"jsonrpc\":\"2.0\"}\n":     "jsonrpc",
		"Content-Length: 2\r\n\r\n{}": "jsonrpc-headers",
		"":                            "",
	} {
		assert.Equal(t, want, project.ProtocolIn(setup.LooksLike([]byte(sent))), "%q", sent)
	}
	assert.Empty(t, project.ProtocolIn("this looks like HTTP, which is out of this command's scope"))
}
