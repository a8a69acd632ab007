package server

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

func TestFind(t *testing.T) {
	at := func(line, start, end int) lsp.Range {
		return lsp.Range{Start: lsp.Position{Line: line, Character: start}, End: lsp.Position{Line: line, Character: end}}
	}
	for text, want := range map[string][]todo{
		"":                           nil,
		"nothing\nTODOS\nMYTODO":     nil,
		"TODO":                       {{where: at(0, 0, 4)}},
		"TODO: feed the cat":         {{where: at(0, 0, 18), text: "feed the cat"}},
		"TODO(ann): feed the cat":    {{where: at(0, 0, 23), owner: "ann", text: "feed the cat"}},
		"a\r\n// TODO  sing \r\nb":   {{where: at(1, 3, 13), text: "sing"}},
		"größe 🎈 TODO buy":           {{where: at(0, 9, 17), text: "buy"}}, // the balloon is two units
		"TODO one TODO two\nTODO: 3": {{where: at(0, 0, 17), text: "one TODO two"}, {where: at(1, 0, 7), text: "3"}},
	} {
		assert.Equal(t, want, find(text), "%q", text)
	}
}
