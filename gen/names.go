package gen

import (
	"regexp"
	"strings"
)

// snakeCase is how faults, parameters and prefixes are written.
var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// initialisms are the words of a name that Go spells in capitals, also with a
// number behind them: UTF8.
var initialisms = words(`api ascii bom cpu cr crc crlf dns eof eol fd fifo fin
	gid grpc gzip html http https id io ip ipc json jsonrpc lf lsp mcp ndjson nul os
	pid rpc rst sha sql ssh syn tcp tls ttl udp uid uri url utf uuid xml`)

// constName returns the constant of a fault: FaultInvalidJSON of invalid_json,
// "" of nothing.
func constName(name string) string {
	if name == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("Fault")
	for word := range strings.SplitSeq(name, "_") {
		b.WriteString(goWord(word))
	}
	return b.String()
}

// goWord returns a word of a name in Go's spelling.
func goWord(word string) string {
	if initialisms[strings.TrimRight(word, "0123456789")] {
		return strings.ToUpper(word)
	}
	if single, found := strings.CutSuffix(word, "s"); found && initialisms[single] {
		return strings.ToUpper(single) + "s"
	}
	return upperFirst(word)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}
