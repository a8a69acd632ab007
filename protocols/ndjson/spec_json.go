package ndjson

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the JSON on a line that is itself as it should be. All but
// top_level_scalar keep the members of the response.
var _ = spec.Faults{
	{
		Name:    "invalid_utf8",
		Stage:   spec.Respond,
		Summary: "writes the response with a byte in its first string, E9, that is no UTF-8.",
		Tests:   "that a text in another encoding is an error, or at least no crash.",
		Client:  spec.Survives | spec.Rejects | spec.Differs,
		Why: "RFC 8259, section 8.1, has JSON between programs in UTF-8, so to refuse it is right. Go's encoding/json " +
			"puts U+FFFD in the byte's place without a word, so that the answer differs; a client may not look at that string.",
		Simulates: "a file name in Latin-1, a text that was cut in the middle of a character.",
		Do:        faultdaemon.Send(jsonLine(inString("\xe9"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"\xe9pong\"}\n", Then: spec.Open},
			{Send: "{\"id\":\"a\"}\n", Reply: "{\"id\":\"a\",\"ok\":true}\n", Got: "{\"id\":\"a\",\"ok\":true,\"text\":\"\xe9\"}\n", Then: spec.Open},
		},
	},
	{
		Name:    "lone_surrogate",
		Stage:   spec.Respond,
		Summary: "writes the response with half of a surrogate pair in its first string, as the escape \\ud800.",
		Tests:   "what becomes of a string that no UTF-8 can hold: decoded, stored, printed.",
		Client:  spec.Survives | spec.Rejects | spec.Differs,
		Why: "RFC 8259, section 8.2: the grammar allows it and what software makes of it is unpredictable. Go's " +
			"encoding/json reads U+FFFD; JavaScript and Python keep it, and Python fails when it is printed.",
		Simulates: "a string that was cut at a number of UTF-16 units.",
		Do:        faultdaemon.Send(jsonLine(inString("\\ud800"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"\\ud800pong\"}\n", Then: spec.Open},
			{Send: "{\"id\":1}\n", Reply: "[\"pong\"]\n", Got: "[\"\\ud800pong\"]\n", Then: spec.Open},
		},
	},
	{
		Name:    "unicode_line_separator",
		Stage:   spec.Respond,
		Summary: "writes the response with a character in its first string, not escaped, that Unicode takes for the end of a line.",
		Tests:   "that lines are split at 0x0A and nowhere else.",
		Client:  spec.Survives | spec.Differs,
		Why: "JSON allows the character in a string as it is (RFC 8259, section 7), and only 0x0A ends the line: the " +
			"message is valid and says something else in one string, at which a client may not look. An error is that of a " +
			"client that has split the line. Go's bufio and encoding/json read the character as it is.",
		Simulates: "a text that somebody pasted from a document.",
		Params: []spec.Param{
			{Name: "character", Kind: spec.Choice, Default: "U+2028", Choices: []string{"U+2028", "U+2029", "U+0085"}, Doc: "line separator, paragraph separator or next line"},
		},
		Bug: "openclaw/openclaw#89830: Node's readline split a message at a U+2028 inside a string",
		Do:  faultdaemon.Send(jsonLine(separator("character"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"\xe2\x80\xa8pong\"}\n", Then: spec.Open},
			{With: "U+2029", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"\xe2\x80\xa9pong\"}\n", Then: spec.Open},
			{With: "U+0085", Send: "{\"id\":1}\n", Reply: "{\"id\":1}\n", Got: "{\"id\":1,\"text\":\"\xc2\x85\"}\n", Then: spec.Open},
		},
	},
	{
		Name:    "deep_nesting",
		Stage:   spec.Respond,
		Summary: "writes the response with one more member, of arrays in arrays, that makes it the given number of levels deep.",
		Tests:   "that depth has a limit which is an error, before the stack has one which is a crash.",
		Client:  spec.Survives | spec.Rejects,
		Why: "RFC 8259, section 9, lets a parser limit the depth. Go's encoding/json does, at 10,000: \"exceeded max " +
			"depth\", also where nobody looks at the member. A parser without recursion needs no limit.",
		Simulates: "a tree that has become a chain, an attack.",
		Params: []spec.Param{
			{Name: "levels", Kind: spec.Int, Default: "10001", Min: 2, Doc: "how deep the response is, its own braces included"},
		},
		Do: faultdaemon.Send(jsonLine(nested("levels"))),
		Examples: []spec.Example{
			{With: "4", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"deep\":[[[]]]}\n", Then: spec.Open},
			{Send: "{}\n", Reply: "{}\n", Got: "{\"deep\":" + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + "}\n", Then: spec.Open},
		},
	},
	{
		Name:    "duplicate_keys",
		Stage:   spec.Respond,
		Summary: "writes the response with its first member twice: at the end once more, with another value.",
		Tests:   "that a name that is there twice is an error, or always the same value.",
		Client:  spec.Survives | spec.Rejects | spec.Differs,
		Why: "RFC 8259, section 4: names should be unique, and of software some reports the last, some an error, some " +
			"both. Go's encoding/json lets the last one win.",
		Simulates: "a daemon that builds JSON by hand, from two sources.",
		Do:        faultdaemon.Send(jsonLine(duplicateKey)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"ok\":false}\n", Then: spec.Open},
			{Send: "{\"id\":1}\n", Reply: "{\"id\":2,\"ok\":true}\n", Got: "{\"id\":2,\"ok\":true,\"id\":0}\n", Then: spec.Open},
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1}\n", Got: "{\"id\":1}\n", Then: spec.Open},
		},
	},
	{
		Name:    "huge_number",
		Stage:   spec.Respond,
		Summary: "writes the response with a number in it that a double cannot hold.",
		Tests:   "that a number is read as what it is, or is an error: never rounded, wrapped or cut without a word.",
		Client:  spec.Survives | spec.Rejects | spec.Differs,
		Why: "RFC 8259, section 6, lets a parser limit range and precision, and only numbers that a double holds are " +
			"sure to arrive. Go's encoding/json refuses 1e999 for a float64, rounds 9007199254740993 to an even number in " +
			"an any, and reads either as it is into a json.Number.",
		Simulates: "a 64-bit id or a counter in bytes, written by a language that has larger integers.",
		Params: []spec.Param{
			{Name: "number", Kind: spec.Choice, Default: "1e999", Choices: []string{"1e999", "9007199254740993", "18446744073709551616", "-0"}, Doc: "beyond a double, 2^53 + 1, 2^64, minus zero"},
		},
		Do: faultdaemon.Send(jsonLine(withNumber("number"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"size\":3,\"ok\":true}\n", Got: "{\"id\":1,\"size\":1e999,\"ok\":true}\n", Then: spec.Open},
			{With: "9007199254740993", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"number\":9007199254740993}\n", Then: spec.Open},
		},
	},
	{
		Name:    "not_a_number",
		Stage:   spec.Respond,
		Summary: "writes the response with a number in it that JSON does not have.",
		Tests:   "that a parser that knows no such number says so, and that one that does is not carried away by it.",
		Client:  spec.Survives | spec.Rejects | spec.Differs,
		Why: "RFC 8259, section 6, does not permit it, and section 9 lets a parser accept it all the same: Python's " +
			"does. Go's encoding/json refuses the text.",
		Simulates: "a daemon in Python, whose json.dumps writes it for a mean of nothing.",
		Params: []spec.Param{
			{Name: "number", Kind: spec.Choice, Default: "NaN", Choices: []string{"NaN", "Infinity", "-Infinity"}, Doc: "as JavaScript and Python write it"},
		},
		Do: faultdaemon.Send(jsonLine(withNumber("number"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"mean\":3.5}\n", Got: "{\"id\":1,\"mean\":NaN}\n", Then: spec.Open},
			{With: "-Infinity", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"number\":-Infinity}\n", Then: spec.Open},
		},
	},
	{
		Name:    "escaped_names",
		Stage:   spec.Respond,
		Summary: "writes the response with the first character of every member's name as an escape; it does not fire where that is no object.",
		Tests:   "that names are decoded before they are compared.",
		Client:  spec.Survives,
		Why: "It is the same object (RFC 8259, section 8.3). Go's encoding/json decodes names; a client that looks for " +
			"\"id\" in the text finds none.",
		Simulates: "a daemon whose JSON library escapes more than it has to.",
		Do:        faultdaemon.Send(jsonLine(escapedNames)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"\\u0069d\":1,\"\\u006eame\":\"pong\"}\n", Then: spec.Open},
		},
	},
	{
		Name:    "top_level_scalar",
		Stage:   spec.Respond,
		Summary: "writes a line that is valid JSON and no object instead of the response.",
		Tests:   "that JSON that is no reply is an error, and not an empty one.",
		Client:  spec.Rejects,
		Why: "A JSON text may be any value (RFC 8259, section 2), so the line is valid JSON and no message of the protocol: to " +
			"pass it over and wait is to be late. Go's json.Unmarshal refuses 42 and true for a struct, but takes null " +
			"without an error and leaves the struct empty.",
		Simulates: "a daemon whose handler returned nothing.",
		Params: []spec.Param{
			{Name: "value", Kind: spec.Choice, Default: "null", Choices: []string{"null", "42", "true", "[]"}, Doc: "the line"},
		},
		Do: faultdaemon.Send(jsonLine(scalar("value"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "null\n", Then: spec.Open},
			{With: "42", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "42\n", Then: spec.Open},
		},
	},
}
