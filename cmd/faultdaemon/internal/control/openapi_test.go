package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// document is as much of OpenAPI as the description uses.
type document struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas   map[string]schema   `json:"schemas"`
		Responses map[string]response `json:"responses"`
	} `json:"components"`
}

type operation struct {
	Parameters []struct {
		Name   string `json:"name"`
		In     string `json:"in"`
		Schema schema `json:"schema"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]media `json:"content"`
	} `json:"requestBody"`
	Responses map[string]response `json:"responses"`
}

type response struct {
	Ref     string           `json:"$ref"`
	Content map[string]media `json:"content"`
}

type media struct {
	Schema  schema          `json:"schema"`
	Example json.RawMessage `json:"example"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Required   []string          `json:"required"`
	Additional *bool             `json:"additionalProperties"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Enum       []string          `json:"enum"`
	Format     string            `json:"format"`
	OneOf      []schema          `json:"oneOf"`
}

// check returns what of a value the schema does not allow.
func (d *document) check(s schema, value any) error {
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
		named, found := d.Components.Schemas[name]
		if !found {
			return fmt.Errorf("there is no schema %s", s.Ref)
		}
		if err := d.check(named, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	if len(s.OneOf) > 0 {
		matching := 0
		for _, one := range s.OneOf {
			if d.check(one, value) == nil {
				matching++
			}
		}
		if matching != 1 {
			return fmt.Errorf("%v is %d of the alternatives", value, matching)
		}
		return nil
	}
	kind := "null"
	switch v := value.(type) {
	case map[string]any:
		kind = "object"
		for _, name := range s.Required {
			if _, found := v[name]; !found {
				return fmt.Errorf("%s is missing", name)
			}
		}
		for name, member := range v {
			property, found := s.Properties[name]
			if !found && s.Additional != nil && !*s.Additional {
				return fmt.Errorf("%s is not described", name)
			}
			if !found {
				continue
			}
			if err := d.check(property, member); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		kind = "array"
		for _, item := range v {
			if err := d.check(*s.Items, item); err != nil {
				return err
			}
		}
	case string:
		kind = "string"
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			return fmt.Errorf("%q is none of %q", v, s.Enum)
		}
		if s.Format == "date-time" {
			if _, err := time.Parse(time.RFC3339, v); err != nil {
				return err
			}
		}
	case float64:
		kind = "integer"
		if v != float64(int64(v)) {
			kind = "number"
		}
	case bool:
		kind = "boolean"
	}
	if kind != s.Type {
		return fmt.Errorf("%v is of type %s: want %s", value, kind, s.Type)
	}
	return nil
}

// check holds a reply against the operation's description.
func (d *document) checkReply(o operation, status int, body string) error {
	described, found := o.Responses[strconv.Itoa(status)]
	if !found {
		return fmt.Errorf("status %d is not described", status)
	}
	if described.Ref != "" {
		described = d.Components.Responses[strings.TrimPrefix(described.Ref, "#/components/responses/")]
	}
	for kind, content := range described.Content {
		texts := []string{body}
		if kind == "application/x-ndjson" {
			texts = strings.Split(strings.TrimSuffix(body, "\n"), "\n")
		}
		for _, text := range texts {
			var value any
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				return err
			}
			if err := d.check(content.Schema, value); err != nil {
				return err
			}
		}
		return nil
	}
	if body != "" {
		return fmt.Errorf("the body %q is not described", body)
	}
	return nil
}

// described returns the description as the server hands it out.
func described(t *testing.T, s *subject) *document {
	status, body := s.do("GET", "/openapi.json", "")
	require.Equal(t, 200, status)
	d := &document{}
	require.NoError(t, json.Unmarshal([]byte(body), d))
	require.Regexp(t, `^3\.1\.`, d.OpenAPI)
	return d
}

// The description has every handler with its parameters, and no other.
func TestDescriptionHasEveryRoute(t *testing.T) {
	s := start(t)
	var want, got []string
	for _, r := range (&Server{}).routes() {
		want = append(want, fmt.Sprint(r.method, r.path, r.query))
	}
	for path, operations := range described(t, s).Paths {
		for method, o := range operations {
			query := []string{}
			for _, p := range o.Parameters {
				require.Equal(t, "query", p.In)
				query = append(query, p.Name)
			}
			got = append(got, fmt.Sprint(strings.ToUpper(method), path, query))
		}
	}
	sort.Strings(want)
	sort.Strings(got)
	require.Equal(t, want, got)
}

// The real handlers answer every operation with what is described: to its
// example, to each value of its parameters, and to a mistake.
func TestHandlersReplyAsDescribed(t *testing.T) {
	s := start(t)
	d := described(t, s)
	replies := 0
	for path, operations := range d.Paths {
		for method, o := range operations {
			conn := s.dial() // so that there are calls and events
			s.daemon.SetFault("slow_response(1us)")
			ask(t, conn, "ping\n")
			ask(t, conn, "\xff\n")
			body := string(o.RequestBody.Content["application/json"].Example)
			queries := []string{"", "?nonsense=1"}
			for _, p := range o.Parameters {
				for _, value := range p.Schema.Enum {
					queries = append(queries, "?"+p.Name+"="+value)
				}
			}
			for _, query := range queries {
				status, reply := s.do(strings.ToUpper(method), path+query, body)
				want := http.StatusOK
				switch {
				case query == "?nonsense=1":
					want = http.StatusBadRequest
				case method == "delete":
					want = http.StatusNoContent
				}
				require.Equal(t, want, status, "%s %s%s: %s", method, path, query, reply)
				require.NoError(t, d.checkReply(o, status, reply), "%s %s%s: %s", method, path, query, reply)
				replies++
			}
			if body != "" {
				for _, wrong := range []string{`{"fault":"close_after_reed"}`, `{"plan":"2*close_after_reed"}`, strings.Repeat(" ", maxBody+1)} {
					status, reply := s.do(strings.ToUpper(method), path, wrong)
					require.GreaterOrEqual(t, status, 400)
					require.NoError(t, d.checkReply(o, status, reply), "%s %s: %s", method, path, reply)
				}
			}
		}
	}
	require.GreaterOrEqual(t, replies, 20)
}

// What the check of replies is worth: it sees what is missing, what is too much
// and what is of another type.
func TestCheckOfRepliesCanFail(t *testing.T) {
	s := start(t)
	d := described(t, s)
	o := d.Paths["/healthz"]["get"]
	require.NoError(t, d.checkReply(o, 200, `{"status":"ok","connections":1}`))
	for _, wrong := range []string{`{"status":"ok"}`, `{"status":"ok","connections":"1"}`, `{"status":"ill","connections":1}`, `{"status":"ok","connections":1,"x":1}`, ``} {
		require.Error(t, d.checkReply(o, 200, wrong), wrong)
	}
	require.Error(t, d.checkReply(o, 418, `{}`))
}
