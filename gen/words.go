package gen

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The prose that documentation makes of an entry.

// outcomes says what is right for a client: "survives or times out".
func (e *entry) outcomes() string {
	var list []string
	for _, name := range e.client {
		list = append(list, camelWords(name))
	}
	return enumerate(list, "or")
}

// needWords says what a client must do for the fault to show: "second
// exchange, pipelining".
func (e *entry) needWords() string {
	var list []string
	for _, name := range e.needs {
		list = append(list, camelWords(name))
	}
	return enumerate(list, "and")
}

// withArgs returns the fault as it is written with these arguments.
func (e *entry) withArgs(args string) string {
	if args == "" {
		return e.full
	}
	return e.full + "(" + args + ")"
}

// kindWords says what an argument is made of: "integer of 1 or more".
func (p param) kindWords() string {
	switch kind := p.lit.get("Kind").str(); {
	case len(p.choices) > 0:
		return enumerate(p.choices, "or")
	case p.least != 0 || p.most != 0:
		return kind + " of " + p.bounds()
	default:
		return kind
	}
}

// bounds says how large an integer may be: "1 or more", "0 to 255".
func (p param) bounds() string {
	if p.most != 0 {
		return fmt.Sprintf("%d to %d", p.least, p.most)
	}
	return fmt.Sprintf("%d or more", p.least)
}

// defaultWords says what stands in for an argument that is not given.
func (p param) defaultWords() string {
	switch {
	case p.config != "" && p.fallback != "":
		return fmt.Sprintf("Config.%s, else %s", p.config, p.fallback)
	case p.config != "":
		return "Config." + p.config
	}
	return p.fallback
}

// sentence describes a parameter in a line.
func (p param) sentence() string {
	about := p.kindWords()
	if d := p.defaultWords(); d != "" {
		about += "; default " + d
	}
	if p.doc == "" {
		return about + "."
	}
	return strings.TrimSuffix(p.doc, ".") + " (" + about + ")."
}

// camelWords splits a constant's name: "times out" of TimesOut.
func camelWords(name string) string {
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// enumerate joins words: "a, b or c".
func enumerate(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	head := list[:len(list)-1]
	return strings.Join(head, ", ") + " " + last + " " + list[len(list)-1]
}

// capital returns s with a capital first letter.
func capital(s string) string {
	c, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(c)) + s[size:]
}

// count writes a number of things: "1 byte", "2,097,152 bytes".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// grouped writes a number with commas.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
