package gen

import (
	"fmt"
	"strconv"
	"strings"
)

// How bytes of the wire are shown.

// showWidth is how much of a message a line shows; longer ones lose their
// middle.
const showWidth = 72

// hexWidth is how many bytes a line of a hexadecimal dump shows.
const hexWidth = 16

// longRun is how often a byte repeats before a long message is shown with the
// number of repetitions.
const longRun = 24

// quoted shows a message in quotes on one line. Bytes that cannot be printed
// are escaped as in Go; quotes inside are not, but change those outside.
func quoted(s, mark string) string {
	if len(s) <= showWidth {
		return mark + escaped(s, mark) + mark
	}
	if start, length := run(s); length >= longRun {
		var list []string
		if start > 0 {
			list = append(list, quoted(s[:start], mark))
		}
		list = append(list, grouped(length)+" x "+mark+escaped(s[start:start+1], mark)+mark)
		if end := start + length; end < len(s) {
			list = append(list, quoted(s[end:], mark))
		}
		return strings.Join(list, " + ")
	}
	head, tail := s[:showWidth*2/3], s[len(s)-showWidth/6:]
	return mark + escaped(head, mark) + mark + " ... " + mark + escaped(tail, mark) + mark + " (" + count(len(s), "byte") + ")"
}

// run returns the longest run of one byte in s.
func run(s string) (start, length int) {
	for i := 0; i < len(s); {
		n := 1
		for i+n < len(s) && s[i+n] == s[i] {
			n++
		}
		if n > length {
			start, length = i, n
		}
		i += n
	}
	return start, length
}

// quotes returns what goes around s: single quotes where it has double ones,
// as JSON does.
func quotes(s string) string {
	if strings.Contains(s, `"`) && !strings.Contains(s, "'") {
		return "'"
	}
	return `"`
}

func escaped(s, mark string) string {
	q := strconv.Quote(s)
	q = q[1 : len(q)-1]
	if mark == "'" {
		q = strings.ReplaceAll(q, `\"`, `"`)
	}
	return q
}

// lines shows a message for a picture: a line of text each, or a dump; never
// no line.
func lines(s string, hex bool) []string {
	if hex {
		return dump(s)
	}
	var list []string
	mark := quotes(s)
	for line := range strings.SplitAfterSeq(s, "\n") {
		if line == "" && s != "" {
			continue
		}
		if len(list) == showLines {
			return append(list[:showLines-1], fmt.Sprintf("... %s in all", count(len(s), "byte")))
		}
		list = append(list, quoted(line, mark))
	}
	return list
}

// showLines is how many lines of one message a picture shows.
const showLines = 12

// dump shows hexadecimal as 16 bytes a line, with the text beside it.
func dump(s string) []string {
	b, err := unhex(s)
	if err != nil || len(b) == 0 {
		return []string{`"` + s + `"`}
	}
	total := len(b)
	width := min(total, hexWidth)
	var list []string
	for len(b) > 0 {
		if len(list) == showLines {
			return append(list, fmt.Sprintf("... %s in all", count(total, "byte")))
		}
		row := b[:min(len(b), hexWidth)]
		b = b[len(row):]
		list = append(list, fmt.Sprintf("%-*s  |%s|", 3*width-1, fmt.Sprintf("% x", row), printable(row)))
	}
	return list
}

func printable(row []byte) string {
	text := make([]byte, len(row))
	for i, c := range row {
		text[i] = '.'
		if ' ' <= c && c <= '~' {
			text[i] = c
		}
	}
	return string(text)
}

// short shows a message in a line of prose.
func short(s string, hex bool) string {
	if !hex {
		return quoted(s, quotes(s))
	}
	b, err := unhex(s)
	if err != nil || len(b) > hexWidth {
		return "[" + count(len(b), "byte") + "]"
	}
	return fmt.Sprintf("[% x]", b)
}
