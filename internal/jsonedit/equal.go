package jsonedit

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// Equal reports whether two texts are JSON and the same value: members in any
// order (of a name that is there twice, the last counts), strings however they
// are escaped, numbers by their value, digit for digit. 1, 1.0 and 10e-1 are
// equal, 9007199254740993 and 9007199254740992 are not.
func Equal(a, b []byte) bool {
	one, ok := decode(a)
	if !ok {
		return false
	}
	two, ok := decode(b)
	return ok && equal(one, two)
}

// decode reads one value, numbers as they are written.
func decode(text []byte) (v any, ok bool) {
	if !json.Valid(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}

func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && (a == b || normal(a) == normal(b))
	}
	return a == b // a string, true, false or null
}

// A number is sign 0.digits * 10^exponent, with neither a first nor a last
// digit 0; zero has no digits.
type number struct {
	negative bool
	digits   string
	exponent string // of any size, in decimal
}

func normal(n json.Number) number {
	text, negative := strings.CutPrefix(strings.ToLower(string(n)), "-")
	mantissa, power, _ := strings.Cut(text, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return number{}
	}
	exponent := big.NewInt(int64(len(digits) - len(fraction)))
	if p, ok := new(big.Int).SetString(power, 10); ok {
		exponent.Add(exponent, p)
	}
	return number{negative, strings.TrimRight(digits, "0"), exponent.String()}
}
