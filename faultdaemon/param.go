package faultdaemon

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Param declares one argument of a fault.
type Param struct {
	Name    string
	Kind    Kind
	Default string   // used where neither an argument nor a Config field says more
	Min     int64    // the least Int; a Duration is never below 0
	Max     int64    // the largest Int; 0: there is none
	Choices []string // the words of a Choice
	Config  string   // the Config field that stands in for a missing argument, unless zero
	Doc     string   // what it is, with its unit
}

// A Kind is what an argument is made of.
type Kind string

const (
	KindDuration Kind = "duration" // as time.ParseDuration reads it, 0 or more
	KindInt      Kind = "integer"  // an int64 in decimal, Min to Max
	KindDigits   Kind = "digits"   // decimal digits, however many
	KindChoice   Kind = "choice"   // one of the parameter's Choices
)

// A Value is an argument as a step sees it.
type Value struct {
	text  string
	n     int64
	given bool
}

// Duration returns a Duration argument; 0 where there is none.
func (v Value) Duration() time.Duration { return time.Duration(v.n) }

// Int returns an Int argument; for a Duration, its nanoseconds.
func (v Value) Int() int64 { return v.n }

// String returns the argument in its canonical form.
func (v Value) String() string { return v.text }

// Given reports whether the fault's arguments said it: neither the Config nor
// the default did.
func (v Value) Given() bool { return v.given }

// bounds says how large an Int may be: "0 or more", "0 to 255".
func (p Param) bounds() string {
	if p.Max != 0 {
		return fmt.Sprintf("%d to %d", p.Min, p.Max)
	}
	return fmt.Sprintf("%d or more", p.Min)
}

// parse reads text as a value of the parameter's kind.
func (p Param) parse(text string) (Value, error) {
	wrong := func(want string) (Value, error) {
		return Value{}, fmt.Errorf("%s is %q: want %s", p.Name, text, want)
	}
	switch p.Kind {
	case KindDuration:
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return wrong(`a duration of 0 or more, like "300ms"`)
		}
		return Value{text: d.String(), n: int64(d)}, nil
	case KindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < p.Min || p.Max != 0 && n > p.Max {
			return wrong("an integer of " + p.bounds())
		}
		return Value{text: strconv.FormatInt(n, 10), n: n}, nil
	case KindDigits:
		if text == "" || strings.Trim(text, "0123456789") != "" {
			return wrong("decimal digits")
		}
		return Value{text: text}, nil
	case KindChoice:
		if !slices.Contains(p.Choices, text) {
			return wrong("one of " + strings.Join(p.Choices, ", "))
		}
		return Value{text: text}, nil
	}
	return Value{}, fmt.Errorf("%s has kind %q, which is none", p.Name, p.Kind)
}
