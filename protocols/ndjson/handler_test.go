package ndjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// shaped is an error with a shape of its own.
type shaped struct{ Code int }

func (e shaped) Error() string { return "shaped" }
func (e shaped) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{ "code" : %d }`, e.Code), nil
}

// unwritable is an error that fails to be JSON.
type unwritable struct{}

func (unwritable) Error() string                { return "unwritable" }
func (unwritable) MarshalJSON() ([]byte, error) { return nil, errors.New("no ink") }

func TestHandler(t *testing.T) {
	for name, c := range map[string]struct {
		request string
		result  any
		err     error
		want    string
	}{
		"object":               {`{}`, map[string]any{"ok": true}, nil, "{\"ok\":true}\n"},
		"as it is":             {`{}`, "a <b> & c\n\u2028", nil, "\"a <b> & c\\n\\u2028\"\n"},
		"raw":                  {`{}`, json.RawMessage("{ \"n\" : 12345678901234567890,\n\"f\":1.50 }"), nil, "{\"n\":12345678901234567890,\"f\":1.50}\n"},
		"nil":                  {`{}`, nil, nil, "null\n"},
		"several":              {`{}`, ndjson.Messages{1, "two"}, nil, "1\n\"two\"\n"},
		"none":                 {`{}`, ndjson.Messages{}, nil, ""},
		"none, nil":            {`{}`, ndjson.Messages(nil), nil, ""},
		"error":                {`[1]`, nil, errors.New("the disk is \"full\""), "{\"error\":\"the disk is \\\"full\\\"\"}\n"},
		"error with id":        {`{"id":10000000000000000001}`, nil, errors.New("no"), "{\"id\":10000000000000000001,\"error\":\"no\"}\n"},
		"result of an error":   {`{"id":"a"}`, 1, errors.New("no"), "{\"id\":\"a\",\"error\":\"no\"}\n"},
		"progress of an error": {`{"id":1}`, ndjson.Messages{50}, errors.New("no"), "50\n{\"id\":1,\"error\":\"no\"}\n"},
		"shaped error":         {`{"id":1}`, nil, fmt.Errorf("wrapped: %w", shaped{7}), "{\"code\":7}\n"},
		"no shape":             {`{}`, nil, unwritable{}, "{\"error\":\"json: error calling MarshalJSON for type ndjson_test.unwritable: no ink\"}\n"},
		"no JSON":              {`{"id":1}`, math.NaN(), nil, "{\"id\":1,\"error\":\"json: unsupported value: NaN\"}\n"},
		"no JSON, second":      {`{}`, ndjson.Messages{1, math.Inf(1), 3}, nil, "1\n{\"error\":\"json: unsupported value: +Inf\"}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			handler := ndjson.Lines.Handler(func(request json.RawMessage) (any, error) {
				require.Equal(t, c.request, string(request))
				return c.result, c.err
			})
			got := handler([]byte(" " + c.request + "\r\n"))
			require.NotNil(t, got) // nil would be an echo
			require.Equal(t, c.want, string(got))
		})
	}
}

func TestHandlerIsNotAskedAboutWhatIsNoJSON(t *testing.T) {
	handler := ndjson.Delimited(0).Handler(func(json.RawMessage) (any, error) {
		t.Error("asked")
		return nil, nil
	})
	for _, request := range []string{"ping", "{", "{} {}", "\xef\xbb\xbf{}", "{}\n\x01"} {
		require.Equal(t, "{\"error\":\"request is not JSON\"}\x00", string(handler([]byte(request+"\x00"))), request)
	}
}

func TestNoHandlerEchoes(t *testing.T) {
	require.Nil(t, ndjson.Lines.Config(nil).ResponseHandler)
	require.Equal(t, ndjson.Lines, ndjson.Lines.Config(nil).Protocol)
}

func TestMember(t *testing.T) {
	const request = `{"id":9007199254740993,"type":"add","nested":{"type":"x","n":[1,2]},"a":1,"a":2,"none":null}`
	for _, c := range []struct {
		name  string
		value any
		want  bool
	}{
		{"type", "add", true}, {"type", "x", false}, {"type", "Add", false}, {"Type", "add", false},
		{"id", int64(9007199254740993), true}, {"id", int64(9007199254740992), false}, {"id", float64(9007199254740992), false},
		{"id", json.Number("9007199254740993.0"), true}, {"id", "9007199254740993", false},
		{"nested", map[string]any{"n": []int{1, 2}, "type": "x"}, true}, {"nested", map[string]any{"type": "x"}, false},
		{"a", 2, true}, {"a", 1, false},
		{"none", nil, true}, {"missing", nil, false},
	} {
		for _, end := range []string{"\n", "\r\n", "\x00"} {
			require.Equal(t, c.want, ndjson.Member(c.name, c.value)([]byte(request+end)), "%s %v", c.name, c.value)
		}
	}
	for _, other := range []string{"", "\n", "ping\n", "[\"type\",\"add\"]\n", "{\"type\":\"add\"\n", "{\"type\":\"add\"}{}\n"} {
		require.False(t, ndjson.Member("type", "add")([]byte(other)), other)
	}
	require.PanicsWithValue(t, `ndjson: the value of Member("n") cannot be JSON: json: unsupported value: NaN`, func() {
		ndjson.Member("n", math.NaN())
	})
}
