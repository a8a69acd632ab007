package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"runtime/debug"
	"time"
)

// A bom is a software bill of materials, in CycloneDX 1.6: the modules that a binary
// is made of, as the binary itself says.
type bom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    bomMetadata `json:"metadata"`
	Components  []component `json:"components"`
}

type bomMetadata struct {
	Timestamp time.Time `json:"timestamp"`
	Component component `json:"component"`
}

// A component is a module, or the program.
type component struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	PURL    string `json:"purl,omitempty"`
}

// billOf returns the bill of a binary that was built with Go, as JSON. The standard
// library is one of the modules, under the version of Go.
func billOf(binary []byte, version string, modified time.Time) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, err
	}
	b := bom{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: bomMetadata{modified, component{Type: "application", Name: command, Version: version, PURL: purl(info.Main.Path, version)}},
		Components: []component{{
			Type: "library", Name: "std", Version: info.GoVersion, PURL: purl("std", info.GoVersion[len("go"):]),
		}},
	}
	for _, m := range info.Deps {
		b.Components = append(b.Components, moduleOf(m))
	}
	return indented(b)
}

// moduleOf is a module, or what replaces it.
func moduleOf(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	return component{Type: "library", Name: m.Path, Version: m.Version, PURL: purl(m.Path, m.Version)}
}

// purl is a module's package URL.
func purl(path, version string) string { return "pkg:golang/" + path + "@" + version }

// indented returns JSON for people too.
func indented(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}
