package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
)

// UnmarshalJSON reads what MarshalJSON writes; the error comes back as its text.
func (r *Report) UnmarshalJSON(text []byte) error {
	type fields Report
	w := struct {
		*fields
		Error string `json:"error"`
	}{fields: (*fields)(r)}
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	if w.Error != "" {
		r.Err = errors.New(w.Error)
	}
	return nil
}

// UnmarshalJSON reads a range as it is in a report's JSON. The first message of a
// reply is called by the reply alone, for how many it has is not in the JSON.
func (r *Range) UnmarshalJSON(text []byte) error {
	type fields Range
	if err := json.Unmarshal(text, (*fields)(r)); err != nil {
		return err
	}
	r.of = fmt.Sprintf("reply %d", r.Reply)
	if r.Message > 1 {
		r.of = fmt.Sprintf("message %d of reply %d", r.Message, r.Reply)
	}
	r.name = fmt.Sprintf("%s byte %d", r.of, r.From)
	return nil
}
