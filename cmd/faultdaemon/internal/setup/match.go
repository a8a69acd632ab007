package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// glob returns the pattern that a text with * (any characters), ? (one) and
// otherwise itself stands for.
func glob(text string) *regexp.Regexp {
	pattern := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(text))
	return regexp.MustCompile(`(?s)\A` + pattern + `\z`)
}

// matcher returns the FaultMatcher of the requests that any of these picks:
// method=GLOB, member=NAME:VALUE, hex=BYTES, hex=OFFSET:BYTES. It is nil for
// none.
func matcher(p protocol, list []string) (faultdaemon.FaultMatcher, error) {
	var any []faultdaemon.FaultMatcher
	for _, text := range list {
		m, err := matcherOf(p, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		any = append(any, m)
	}
	return anyOf(any), nil
}

func anyOf(list []faultdaemon.FaultMatcher) faultdaemon.FaultMatcher {
	if len(list) == 0 {
		return nil
	}
	return func(request []byte) bool {
		return slices.ContainsFunc(list, func(m faultdaemon.FaultMatcher) bool { return m(request) })
	}
}

func matcherOf(p protocol, text string) (faultdaemon.FaultMatcher, error) {
	kind, value, _ := strings.Cut(text, "=")
	switch kind {
	case "method":
		return methodMatcher(p, value)
	case "member":
		return memberMatcher(p.value, value)
	case "hex":
		return hexMatcher(value)
	}
	return nil, errors.New("want method=GLOB, member=NAME:VALUE, hex=BYTES or hex=OFFSET:BYTES")
}

// methodMatcher picks requests by the word that names what they ask for: the
// method of JSON-RPC, the member method of other JSON, a word of the protocol's
// own.
func methodMatcher(p protocol, value string) (faultdaemon.FaultMatcher, error) {
	words, ok := p.value.(faultdaemon.Selector)
	if !ok {
		return nil, fmt.Errorf("the protocol %s has no methods: use hex=OFFSET:BYTES", p.name)
	}
	if value == "" {
		return nil, errors.New("a method is missing, as in method=tools/*")
	}
	if namesMembers(p.value) {
		value = "method=" + value
	}
	pattern := glob(value)
	return func(request []byte) bool { return slices.ContainsFunc(words.Selectors(request), pattern.MatchString) }, nil
}

// namesMembers reports whether the words of a protocol are members, NAME=VALUE.
func namesMembers(p faultdaemon.Protocol) bool {
	switch p.(type) {
	case ndjson.Framing, nul:
		return true
	}
	return p == faultdaemon.Lines
}

// memberMatcher picks requests that carry an object with this member. A value
// that is no JSON is a string.
func memberMatcher(p faultdaemon.Protocol, text string) (faultdaemon.FaultMatcher, error) {
	name, value, found := strings.Cut(text, ":")
	if !found || name == "" {
		return nil, errors.New("want member=NAME:VALUE, as in member=type:add")
	}
	var want any = value
	if json.Valid([]byte(value)) {
		want = json.RawMessage(value)
	}
	has := ndjson.Member(name, want)
	return func(request []byte) bool { return has(textOf(p, request)) }, nil
}

// hexMatcher picks requests that hold bytes, anywhere or at an offset.
func hexMatcher(text string) (faultdaemon.FaultMatcher, error) {
	offset, digits, anchored := strings.Cut(text, ":")
	if !anchored {
		digits = offset
	}
	want, err := digitsOf(digits)
	if err != nil {
		return nil, err
	}
	if !anchored {
		return func(request []byte) bool { return bytes.Contains(request, want) }, nil
	}
	at, err := strconv.Atoi(offset)
	if err != nil || at < 0 {
		return nil, fmt.Errorf("the offset is %q: want a number of bytes, 0 or more", offset)
	}
	return lengthprefix.At(at, string(want)), nil
}

// Once returns the matcher of the requests that must not be carried out twice:
// those whose method, over JSON-RPC, or whose payload any of the globs matches.
// It is nil for none.
func (s Setup) Once(globs []string) faultdaemon.FaultMatcher {
	var any []faultdaemon.FaultMatcher
	for _, text := range globs {
		pattern := glob(text)
		any = append(any, func(request []byte) bool {
			if p, is := s.Config.Protocol.(jsonrpc.Protocol); is {
				return slices.ContainsFunc(p.Selectors(request), pattern.MatchString)
			}
			return pattern.Match(textOf(s.Config.Protocol, request))
		})
	}
	return anyOf(any)
}
