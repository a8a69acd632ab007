// Package project reads and writes faultdaemon.yaml, which holds the clients of
// a project and the flags of the check command for each.
//
//	protocol: ndjson
//	timeout: 5s
//	clients:
//	  list:
//	    command: [./client, --socket, "{socket}", list]
//	    reply: '{"id":1,"ok":true}'
//
// Every key beside clients and command is the name of a flag. Those on top are
// for all clients; a client's own come after them.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.yaml.in/yaml/v3"
)

// Name is the name of the file, in the directory in which check is run.
const Name = "faultdaemon.yaml"

// The keys that are no flags.
const (
	clientsKey = "clients"
	commandKey = "command"
)

// A File is what a project's file says.
type File struct {
	Settings []Setting // for all clients
	Clients  []Client
}

// A Client is a program with its flags.
type Client struct {
	Name     string
	Command  []string
	Settings []Setting
}

// A Setting is a flag with its value, or values.
type Setting struct {
	Flag   string
	Values []string
	List   bool // written as a list
	Line   int
}

// Read reads the file. What is wrong with it is an error with the line; without
// a file, the error wraps fs.ErrNotExist.
func Read(name string) (File, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return File{}, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	file, err := read(&doc)
	if err != nil {
		return File{}, fmt.Errorf("%s:%w", name, err)
	}
	return file, nil
}

// Exists reports whether there is a file, or something else of its name.
func Exists(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

func read(doc *yaml.Node) (file File, err error) {
	if len(doc.Content) == 0 {
		return file, errors.New("1: the file is empty: want clients with a command each")
	}
	err = eachKey(doc.Content[0], func(key, value *yaml.Node) error {
		if key.Value != clientsKey {
			s, err := setting(key, value)
			file.Settings = append(file.Settings, s)
			return err
		}
		return eachKey(value, func(key, value *yaml.Node) error {
			c, err := client(key, value)
			file.Clients = append(file.Clients, c)
			return err
		})
	})
	if err == nil && len(file.Clients) == 0 {
		err = complain(doc.Content[0], "there are no clients: want clients with a command each")
	}
	return file, err
}

func client(name, node *yaml.Node) (c Client, err error) {
	c.Name = name.Value
	err = eachKey(node, func(key, value *yaml.Node) error {
		s, err := setting(key, value)
		switch {
		case err != nil:
			return err
		case key.Value != commandKey:
			c.Settings = append(c.Settings, s)
			return nil
		case !s.List || len(s.Values) == 0:
			return complain(value, `command is no list: want the program and its arguments, as in [./client, --socket, "{socket}"]`)
		}
		c.Command = s.Values
		return nil
	})
	if err == nil && len(c.Command) == 0 {
		err = complain(name, "client %s has no command: want the program and its arguments", c.Name)
	}
	return c, err
}

// setting reads a value or a list of them.
func setting(key, value *yaml.Node) (Setting, error) {
	s := Setting{Flag: key.Value, Line: key.Line}
	nodes := []*yaml.Node{resolve(value)}
	if nodes[0].Kind == yaml.SequenceNode {
		s.List, nodes = true, nodes[0].Content
	}
	for _, node := range nodes {
		node = resolve(node)
		if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
			return s, complain(node, "%s is neither a value nor a list of values", key.Value)
		}
		s.Values = append(s.Values, node.Value)
	}
	return s, nil
}

// eachKey calls f for every key of a mapping. One that is there twice is an
// error.
func eachKey(node *yaml.Node, f func(key, value *yaml.Node) error) error {
	node = resolve(node)
	if node.Kind != yaml.MappingNode {
		return complain(node, "want keys with values, as in protocol: ndjson")
	}
	lines := make(map[string]int)
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i]
		if line, twice := lines[key.Value]; twice {
			return complain(key, "%s is there twice, first in line %d", key.Value, line)
		}
		lines[key.Value] = key.Line
		if err := f(key, node.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// resolve returns what an alias stands for.
func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// complain returns an error that begins with the line of a node.
func complain(node *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%d: %w", node.Line, fmt.Errorf(format, args...))
}
