package jsonrpc

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// far is how much larger than a number in use an id is that nobody used.
const far = 1_000_000

// otherID returns an id of the same type that no request had: 1 becomes
// 1000001, "a" becomes "a-1000000". null and fractions become 1000000.
func otherID(id string) string {
	if n, ok := integer(id); ok {
		return n.Add(n, big.NewInt(far)).String()
	}
	if text, ok := strings.CutSuffix(id, `"`); ok {
		return fmt.Sprintf(`%s-%d"`, text, far)
	}
	return strconv.Itoa(far)
}

// nextID guesses the id of the request after the one with this id: 1 becomes
// 2, "call-9" becomes "call-10".
func nextID(id string) (string, error) {
	if n, ok := integer(id); ok {
		return n.Add(n, big.NewInt(1)).String(), nil
	}
	text, isString := strings.CutSuffix(id, `"`)
	start := len(strings.TrimRight(text, "0123456789"))
	if n, ok := integer(text[start:]); ok && isString && !strings.Contains(text, `\`) {
		return fmt.Sprintf(`%s%0*s"`, text[:start], len(text)-start, n.Add(n, big.NewInt(1))), nil
	}
	return "", faultdaemon.NotFired("the next id cannot be guessed from " + id)
}

// retypedID turns a number into a string and a string of digits into a number.
func retypedID(id string) (string, error) {
	text, isString := strings.CutPrefix(strings.TrimSuffix(id, `"`), `"`)
	n, isInteger := integer(text)
	switch {
	case !isString && id != "":
		return `"` + id + `"`, nil
	case isInteger && n.String() == text: // 007 would be no JSON
		return text, nil
	}
	return "", faultdaemon.NotFired("the id " + id + " has no form of another type")
}

// floatID writes an integer as a fraction of the same value: 1 becomes 1.0.
func floatID(id string) (string, error) {
	if _, ok := integer(id); ok {
		return id + ".0", nil
	}
	return "", faultdaemon.NotFired("the id " + id + " is no integer")
}

// integer reads decimal digits with or without a minus.
func integer(text string) (*big.Int, bool) {
	if text == "" || strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(text, 10)
}
