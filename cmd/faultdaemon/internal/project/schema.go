package project

import (
	"encoding/json"
	"strings"

	"github.com/spf13/pflag"
)

// object is a JSON Schema, or a part of one.
type object map[string]any

// Schema returns the JSON Schema of the file, for editors: a key for every flag.
// Flags that onTop returns true for are no client's own.
func Schema(set *pflag.FlagSet, onTop func(*pflag.Flag) bool) ([]byte, error) {
	top, client := object{}, object{}
	set.VisitAll(func(flag *pflag.Flag) {
		top[flag.Name] = valueOf(flag)
		if !onTop(flag) {
			client[flag.Name] = valueOf(flag)
		}
	})
	client[commandKey] = object{
		"description": "the client and its arguments; {socket} in them becomes the path of the daemon's socket",
		"type":        "array", "items": object{"type": "string"}, "minItems": 1,
	}
	top[clientsKey] = object{
		"description": "the clients to check, by the names that reports call them",
		"type":        "object", "minProperties": 1,
		"additionalProperties": object{
			"type": "object", "properties": client, "additionalProperties": false, "required": []string{commandKey},
		},
	}
	text, err := json.MarshalIndent(object{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       Name,
		"description": "the clients that faultdaemon check puts through every fault; the other keys are its flags",
		"type":        "object", "properties": top, "additionalProperties": false, "required": []string{clientsKey},
	}, "", "  ")
	return append(text, '\n'), err
}

// valueOf describes what a flag takes.
func valueOf(flag *pflag.Flag) object {
	o := object{"description": strings.ReplaceAll(flag.Usage, "`", "")}
	if _, isList := flag.Value.(pflag.SliceValue); isList {
		o["anyOf"] = []object{{"type": "string"}, {"type": "array", "items": object{"type": "string"}}}
		return o
	}
	switch kind := flag.Value.Type(); {
	case kind == "bool":
		o["type"] = "boolean"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		o["type"] = "integer"
	case kind == "float64":
		o["type"] = "number"
	default:
		o["type"] = []string{"string", "number"}
	}
	return o
}
