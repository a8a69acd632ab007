package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Sketch is what is known of a client before its file exists.
type Sketch struct {
	Tool     string   // the command's name
	Command  []string // the client's
	Protocol string   // "" where it is not known
	Seen     string   // what the client sent, and what it looks like
}

// Write writes the first file of a project. It never overwrites one: that is an
// error.
func Write(name string, s Sketch) error {
	text, err := s.text()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: remove it first, or add the client to it", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func (s Sketch) text() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# The clients that %s check, without further arguments, puts through every\n"+
		"# fault. All other keys are its flags: %[1]s check --help. Those on top are\n"+
		"# for all clients; a client may have its own.\n\n", s.Tool)
	for line := range strings.Lines(s.Seen) {
		fmt.Fprintf(&b, "# %s\n", strings.TrimSpace(line))
	}
	if s.Protocol != "" {
		fmt.Fprintf(&b, "protocol: %s\n", s.Protocol)
	} else {
		b.WriteString("# protocol: lines\n")
	}
	b.WriteString("\n# What a healthy daemon replies; without it, requests are echoed.\n# reply: pong\n\n")
	command := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, arg := range s.Command {
		word := &yaml.Node{}
		word.SetString(arg)
		command.Content = append(command.Content, word)
	}
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	program := filepath.Base(s.Command[0])
	err := out.Encode(map[string]any{clientsKey: map[string]any{program: map[string]any{commandKey: command}}})
	return b.Bytes(), errors.Join(err, out.Close())
}
