package format

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The parts of SARIF 2.1.0 that a report needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"` // never null
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string     `json:"id"`
		ShortDescription sarifText  `json:"shortDescription"`
		Help             *sarifText `json:"help,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
		} `json:"physicalLocation"`
		Logical []sarifLogical `json:"logicalLocations"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// SARIF writes the document as a SARIF 2.1.0 log: a rule for each fault, an error
// for each result that fails, a warning for each that passes with a grade other
// than ok. The program is where a result is. What a baseline accepts is
// suppressed.
func (d Document) SARIF(w io.Writer) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "faultdaemon", Rules: []sarifRule{}}
	for i, r := range d.rows() {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, r.rule())
		for j, c := range d.Clients {
			if res := r.results[j]; res != nil && (!res.OK || graded(*res)) {
				run.Results = append(run.Results, c.sarif(*res, i))
			}
		}
	}
	text, err := json.MarshalIndent(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// rule is the rule of the row's fault.
func (r row) rule() sarifRule {
	rule := sarifRule{ID: string(r.fault), ShortDescription: sarifText{"The daemon " + r.info.Summary}}
	for _, res := range r.results {
		if res != nil && res.Expected != "" && res.Verdict != verdict.Untested {
			rule.Help = &sarifText{"Expected of a client: " + res.Expected + "."}
			break
		}
	}
	return rule
}

func (c Client) sarif(res verdict.Result, rule int) sarifResult {
	s := sarifResult{
		RuleID: string(res.Fault), RuleIndex: rule, Level: "warning",
		Message:      sarifText{res.Explain(c.alone(res.Fault)).String()},
		Locations:    make([]sarifLocation, 1),
		Fingerprints: map[string]string{"clientFault/v1": fingerprint(c.Name, res.Fault)},
	}
	if !res.OK {
		s.Level = "error"
	}
	s.Locations[0].Physical.Artifact.URI = artifactURI(c.Name)
	s.Locations[0].Logical = []sarifLogical{{Name: c.Name, Kind: "module"}}
	if res.Known != "" {
		s.Suppressions = []sarifSuppression{{Kind: "external", Justification: res.Known}}
	}
	return s
}

// fingerprint is the same for the same client and fault in every run.
func fingerprint(client string, f faultdaemon.Fault) string { return client + " under " + string(f) }

// artifactURI is a program's path as a URI reference.
func artifactURI(path string) string { return (&url.URL{Path: filepath.ToSlash(path)}).String() }
