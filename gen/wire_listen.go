package gen

import (
	"slices"
	"strings"
)

// How examples are shown that are about connecting.

// daemonItself is drawn beside what the daemon does that no connection shows.
const daemonItself = "           daemon"

// connectLine says in a line of prose that a connect fails.
func (x example) connectLine() string {
	text := "the connect fails with " + x.connect
	if x.after != 0 {
		text += " after " + x.after.String()
	}
	return text
}

// connects reports whether a connect fails.
func (x example) connects() bool {
	return x.connect != "" || slices.ContainsFunc(x.more, example.connects)
}

// listenWords says what is to be seen at the socket, and where the example, whose
// first exchange is first, is not true.
func (x example) listenWords(first example) (words []string) {
	if x.shows != "" {
		words = append(words, x.shows)
	}
	if first.except != "" {
		words = append(words, exceptWords(first.except))
	}
	return words
}

// connect draws a connect that fails.
func (p *picture) connect(x example) {
	when := ""
	if x.after != 0 {
		when = "+" + x.after.String()
	}
	p.add(when, refused, "the connect fails with "+x.connect)
}

// shows draws what the daemon's events say.
func (p *picture) shows(what string) {
	if what != "" {
		p.add("", daemonItself, what)
	}
}

// except says where a healthy daemon is seen instead.
func (p *picture) except(where string) {
	if where != "" {
		p.add("", nothing, "("+exceptWords(where)+", where it does not fire)")
	}
}

// exceptWords says where a fault does not fire: "not on TCP, not as root".
func exceptWords(where string) string {
	words := strings.Split(where, ", ")
	for i, word := range words {
		if word == "root" {
			words[i] = "not as root"
		} else {
			words[i] = "not on " + word
		}
	}
	return strings.Join(words, ", ")
}
