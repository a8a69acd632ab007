package ndjson

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// Damage to the JSON.

// inString puts bytes at the beginning of the first string.
func inString(what string) damage {
	return func(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
		return r.line(r.inFirstString(what)), nil
	}
}

// separator puts the character that a Choice parameter names, U+2028, at the
// beginning of the first string.
func separator(which string) damage {
	return func(e *faultdaemon.Exchange, r reply) ([]byte, error) {
		var c rune
		if _, err := fmt.Sscanf(e.Arg(which).String(), "U+%X", &c); err != nil {
			return nil, err
		}
		return r.line(r.inFirstString(string(c))), nil
	}
}

// withNumber makes a number what the Choice parameter says.
func withNumber(which string) damage {
	return func(e *faultdaemon.Exchange, r reply) ([]byte, error) {
		return r.line(r.withNumber(e.Arg(which).String())), nil
	}
}

// nested adds arrays to the reply, one in the other, so that with the reply
// itself it is as many levels deep as the Int parameter says.
func nested(levels string) damage {
	return func(e *faultdaemon.Exchange, r reply) ([]byte, error) {
		n := int(e.Arg(levels).Int()) - 1
		arrays := strings.Repeat("[", n) + strings.Repeat("]", n)
		return r.line(jsonedit.AddMember(r.object(), `"deep"`, arrays)), nil
	}
}

// duplicateKey adds the first member that is the reply's own once more, with
// another value of the same type.
func duplicateKey(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	own := r.own()
	if len(own) == 0 {
		return nil, faultdaemon.NotFired("the reply has no member of its own")
	}
	object, m := r.object(), own[0]
	name := object[m.NameStart : jsonedit.StringEnd(object, m.NameStart)+1]
	return r.line(jsonedit.AddMember(object, string(name), other(object[m.ValueStart:m.ValueEnd]))), nil
}

// other returns another value of the same type; null has none.
func other(value []byte) string {
	switch text := string(value); {
	case text == "true":
		return "false"
	case text == "false":
		return "true"
	case text == "0":
		return "1"
	case text[0] == '"':
		return `"duplicate"`
	case text[0] == '{':
		return `{"duplicate":true}`
	case text[0] == '[':
		return `["duplicate"]`
	}
	return "0"
}

// scalar is what the Choice parameter says instead of the reply.
func scalar(which string) damage {
	return func(e *faultdaemon.Exchange, r reply) ([]byte, error) {
		return r.line([]byte(e.Arg(which).String())), nil
	}
}

// escapedNames writes the first character of every member's name as an escape:
// "id" as "\u0069d".
func escapedNames(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	if !isObject(r.text) {
		return nil, faultdaemon.NotFired("the reply is no object") // one made of it would say something else
	}
	object := r.object()
	members := jsonedit.Members(object)
	fired := false
	for i := len(members) - 1; i >= 0; i-- { // from the end, so that offsets hold
		at := members[i].NameStart + 1
		if c := object[at]; c > '"' && c != '\\' && c < 0x7f {
			object = jsonedit.Insert(append(object[:at:at], object[at+1:]...), at, fmt.Sprintf(`\u%04x`, c))
			fired = true
		}
	}
	if !fired {
		return nil, faultdaemon.NotFired("the reply has no name to escape")
	}
	return r.line(object), nil
}
