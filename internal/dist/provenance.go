package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"os"
	"path/filepath"
)

const source = "https://github.com/faultdaemon/toolkit"

// A statement says, as in-toto v1 with the predicate of SLSA v1, from what the files
// of a release were built and how. It is not signed: who publishes the files signs it.
type statement struct {
	Type          string     `json:"_type"`
	Subject       []artifact `json:"subject"`
	PredicateType string     `json:"predicateType"`
	Predicate     provenance `json:"predicate"`
}

// An artifact is a file, or what was built from, with what it can be told by.
type artifact struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

type provenance struct {
	BuildDefinition definition `json:"buildDefinition"`
	RunDetails      details    `json:"runDetails"`
}

type definition struct {
	BuildType            string            `json:"buildType"`
	ExternalParameters   map[string]string `json:"externalParameters"`
	ResolvedDependencies []artifact        `json:"resolvedDependencies"`
}

type details struct {
	Builder builder `json:"builder"`
}

type builder struct {
	ID string `json:"id"`
}

// provenanceOf returns the statement about the files in a directory, which were built
// from what the binary says.
func provenanceOf(binary []byte, dir, version string, names []string) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, err
	}
	s := statement{
		Type:          "https://in-toto.io/Statement/v1",
		PredicateType: "https://slsa.dev/provenance/v1",
		Predicate: provenance{
			definition{
				BuildType:          source + "/tree/main/internal/dist",
				ExternalParameters: map[string]string{"version": version},
				ResolvedDependencies: []artifact{
					{URI: "git+" + source, Digest: revision(info)},
					{URI: purl("std", info.GoVersion[len("go"):])},
				},
			},
			details{builder{source + "/tree/main/internal/dist"}},
		},
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		s.Subject = append(s.Subject, artifact{Name: name, Digest: map[string]string{"sha256": hex.EncodeToString(sum[:])}})
	}
	return indented(s)
}

// revision is the commit that a binary was built from; nil where that is not known,
// or files were changed since.
func revision(info *buildinfo.BuildInfo) map[string]string {
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["vcs.revision"] == "" || settings["vcs.modified"] != "false" {
		return nil
	}
	return map[string]string{"gitCommit": settings["vcs.revision"]}
}
