package jsonrpc

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The builds of header faults: each makes header and body, as they go to the
// client, of a reply's body. See [WithHeader].

// headed returns a build that writes the body behind a header, in which %d
// stands for the body's length.
func headed(header string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
		return append(filledIn(header, body), body...), nil
	}
}

// headerOnly returns a build that leaves the body out.
func headerOnly(header string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
		return filledIn(header, body), nil
	}
}

func filledIn(header string, body []byte) []byte {
	return []byte(strings.ReplaceAll(header, "%d", strconv.Itoa(len(body))))
}

// missingLength has another field where the length should be.
func missingLength(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
	return append([]byte("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"), body...), nil
}

// badNumber writes the length in a form that is no decimal digits.
func badNumber(form string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(e *faultdaemon.Exchange, body []byte) ([]byte, error) {
		number := map[string]string{
			"letters":  "abc",
			"empty":    "",
			"negative": fmt.Sprintf("-%d", len(body)),
			"plus":     fmt.Sprintf("+%d", len(body)),
			"hex":      fmt.Sprintf("%#x", len(body)),
			"suffix":   fmt.Sprintf("%dbytes", len(body)),
			"fraction": fmt.Sprintf("%d.0", len(body)),
		}[e.Arg(form).String()]
		return withLength(number, body), nil
	}
}

// shorter announces fewer bytes than the body has, at least none.
func shorter(k string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(e *faultdaemon.Exchange, body []byte) ([]byte, error) {
		left := max(int64(len(body))-e.Arg(k).Int(), 0)
		return withLength(strconv.FormatInt(left, 10), body), nil
	}
}

// longer announces more bytes than the body has.
func longer(k string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(e *faultdaemon.Exchange, body []byte) ([]byte, error) {
		sum := big.NewInt(e.Arg(k).Int())
		return withLength(sum.Add(sum, big.NewInt(int64(len(body)))).String(), body), nil
	}
}

// announced is a header with these digits and no body.
func announced(length string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(e *faultdaemon.Exchange, _ []byte) ([]byte, error) {
		return withLength(e.Arg(length).String(), nil), nil
	}
}

// trailing returns a build that has more bytes behind the body's text, and
// counts them.
func trailing(more string) func(*faultdaemon.Exchange, []byte) ([]byte, error) {
	return func(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
		body = append(body[:len(body):len(body)], more...)
		return withLength(strconv.Itoa(len(body)), body), nil
	}
}

// lengthInCharacters counts code points. A body where these are bytes gets a
// member with some that are not.
func lengthInCharacters(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
	if utf8.RuneCount(body) == len(body) {
		var err error
		if body, err = withMember(body, "text", `"naïve café"`); err != nil {
			return nil, err
		}
	}
	return withLength(strconv.Itoa(utf8.RuneCount(body)), body), nil
}

// looksLikeHeader adds a member that says Content-Length, with a blank line of
// white space behind it: JSON as good as before.
func looksLikeHeader(_ *faultdaemon.Exchange, body []byte) ([]byte, error) {
	body, err := withMember(body, "text", "\"Content-Length: 5\"\r\n\r\n")
	return withLength(strconv.Itoa(len(body)), body), err
}

// withMember adds a member to a response, in a batch to each.
func withMember(body []byte, name, value string) ([]byte, error) {
	return eachResponse(body, func(r object) (object, error) { return r.with(name, value), nil })
}

func withLength(length string, body []byte) []byte {
	return append([]byte("Content-Length: "+length+"\r\n\r\n"), body...)
}
