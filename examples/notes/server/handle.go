package server

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// Handle carries out one request, a line, and writes what comes of it, each
// message in one write: progress of an import, at every fifth of it, and then
// the reply. A request that cannot be carried out is replied to with the
// reason. The error is that of a write.
func (n *Notes) Handle(line []byte, w io.Writer) error {
	var req wire.Request
	if err := json.Unmarshal(line, &req); err != nil {
		return finish(w, wire.Reply{}, fmt.Errorf("the request cannot be read: %w", err))
	}
	r := wire.Reply{ID: req.ID}
	var err error
	switch req.Type {
	case wire.List:
		r.Notes = n.List()
	case wire.Add:
		if err = wire.CheckText(req.Text); err == nil {
			err = n.Add(req.Key, req.Text)
		}
	case wire.Import:
		return n.importTexts(req, w)
	default:
		err = fmt.Errorf("there is no request %.40q: it is %s, %s or %s", req.Type, wire.List, wire.Add, wire.Import)
	}
	return finish(w, r, err)
}

// importTexts checks one text after the other, which is what progress counts,
// and keeps all of them at the end.
func (n *Notes) importTexts(req wire.Request, w io.Writer) error {
	const step = 20
	r := wire.Reply{ID: req.ID}
	told := 0
	for i, text := range req.Texts {
		if err := wire.CheckText(text); err != nil {
			return finish(w, r, fmt.Errorf("text %d: %w", i+1, err))
		}
		if percent := 100 * (i + 1) / len(req.Texts); percent >= told+step {
			told = percent / step * step
			if err := reply(w, wire.Reply{ID: req.ID, Progress: &told}); err != nil {
				return err
			}
		}
	}
	return finish(w, r, n.Add(req.Key, req.Texts...))
}

// finish writes a reply that says whether all went well.
func finish(w io.Writer, r wire.Reply, err error) error {
	ok := err == nil
	r.OK = &ok
	if err != nil {
		r.Error = err.Error()
	}
	return reply(w, r)
}

// reply writes one message.
func reply(w io.Writer, r wire.Reply) error {
	line, err := wire.Encode(r)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}
