package format_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

var errInterrupted = errors.New("interrupted after 5 of 9 faults")

func TestEveryFormatWritesWhatItsFileHas(t *testing.T) {
	for _, f := range format.Formats() {
		if f.Name == "html" {
			continue // most of it is how it looks
		}
		t.Run(f.Name, func(t *testing.T) {
			golden(t, f.Name+".golden", written(t, func(w io.Writer) error {
				return f.Write(document(), w, format.TableOptions{Plain: true})
			}))
		})
	}
	golden(t, "markdown.golden", written(t, document().Markdown))
	golden(t, "table-verbose.golden", written(t, func(w io.Writer) error {
		return document().Table(w, format.TableOptions{Plain: true, All: true, Verbose: true})
	}))
	both, err := format.Merge(document(), another())
	require.NoError(t, err)
	golden(t, "table-two.golden", written(t, func(w io.Writer) error { return both.Table(w, format.TableOptions{Plain: true}) }))
}

func TestTheTableFits80Columns(t *testing.T) {
	doc := document()
	for i := range doc.Clients[0].Report.Results {
		doc.Clients[0].Report.Results[i].Expected = "survives or rejects or times out or differs: anything"
	}
	out := written(t, func(w io.Writer) error { return doc.Table(w, format.TableOptions{Plain: true, All: true}) })
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, text.StringWidth(strings.TrimRight(line, "\n")), 80, line)
	}
}

func TestAPlainTableHasNoColours(t *testing.T) {
	text.EnableColors()
	defer text.DisableColors()
	coloured := written(t, func(w io.Writer) error { return document().Table(w, format.TableOptions{}) })
	require.Contains(t, coloured, "\x1b[")
	plain := written(t, func(w io.Writer) error { return document().Table(w, format.TableOptions{Plain: true}) })
	require.NotContains(t, plain, "\x1b")
}

func TestJUnitIsXMLWithOneCaseForEachFault(t *testing.T) {
	doc := document()
	doc.Clients[0].Report.Err = errInterrupted
	doc.Clients[0].Report.Results[1].Why = "a\x00b\x1b\xff" // XML has none of them
	var all junit.Testsuites
	require.NoError(t, xml.Unmarshal([]byte(written(t, doc.JUnit)), &all))
	require.Equal(t, 7, all.Tests)
	require.Equal(t, 2, all.Failures, "the fault, and that it is incomplete")
	require.Equal(t, 2, all.Skipped, "one untested, one that does not apply")
	cases := all.Suites[0].Testcases
	require.Contains(t, cases[1].Failure.Data, "run it alone: faultdaemon check --fault 'cut_at(1, eof)'")
	require.Contains(t, cases[1].Failure.Data, "]]> 50%")
	require.Contains(t, cases[1].Failure.Data, "a\ufffdb\ufffd\ufffd")
	require.Contains(t, cases[2].SystemOut.Data, "garbage_first: survived (lenient)")
	require.Nil(t, cases[0].SystemOut)
	require.Equal(t, "0.300", cases[0].Time)
}

func TestAnnotationsAreOneLineEach(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(written(t, document().GitHub)), "\n")
	require.Len(t, lines, 4)
	require.True(t, strings.HasPrefix(lines[0], "::error title=bin/client%3A cut_at(1%2C eof)%3A wrong answer (unsafe)::cut_at(1, eof): wrong answer (unsafe)%0A"), lines[0])
	require.Contains(t, lines[0], "check <all> of it, 100%25%0A")
	require.True(t, strings.HasPrefix(lines[1], "::warning "))
	require.True(t, strings.HasPrefix(lines[3], "::notice title=bin/client::"))
}

func TestSARIFHasTheStructureThatItsReadersWant(t *testing.T) {
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct {
						ID               string
						ShortDescription struct{ Text string }
					}
				}
			}
			Results []struct {
				RuleID       string
				RuleIndex    int
				Level        string
				Message      struct{ Text string }
				Suppressions []struct{ Kind, Justification string }
				Locations    []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
				PartialFingerprints map[string]string
			}
		}
	}
	both, err := format.Merge(document(), another())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(written(t, both.SARIF)), &log))
	require.Equal(t, "2.1.0", log.Version)
	require.Contains(t, log.Schema, "sarif-2.1.0")
	require.Len(t, log.Runs, 1)
	run := log.Runs[0]
	require.Equal(t, "faultdaemon", run.Tool.Driver.Name)
	require.Len(t, run.Tool.Driver.Rules, 5, "one for each fault, whoever met it")
	require.Len(t, run.Results, 3, "one fails, one is lenient, one is known")
	levels := make(map[string]string)
	for _, res := range run.Results {
		require.Equal(t, res.RuleID, run.Tool.Driver.Rules[res.RuleIndex].ID)
		require.NotEmpty(t, run.Tool.Driver.Rules[res.RuleIndex].ShortDescription.Text)
		require.NotEmpty(t, res.Message.Text)
		require.Equal(t, "bin/client", res.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		require.Contains(t, res.PartialFingerprints["clientFault/v1"], res.RuleID)
		require.Equal(t, res.RuleID == "lock", len(res.Suppressions) == 1)
		levels[res.RuleID] = res.Level
	}
	require.Equal(t, map[string]string{"cut_at(1, eof)": "error", "garbage_first": "warning", "lock": "warning"}, levels)

	passing := format.Document{Clients: []format.Client{{Name: "x", Report: verdict.Report{}}}}
	require.Contains(t, written(t, passing.SARIF), `"results": []`)
}

func TestThePageNeedsNothingElse(t *testing.T) {
	page := written(t, document().HTML)
	for _, loaded := range []string{"<script", "<link", "src=", "url(", "@import", "http://", "https://"} {
		require.NotContains(t, page, loaded)
	}
	require.Contains(t, page, "&lt;/script&gt;&lt;b&gt;")
	require.Contains(t, page, "after byte 1<")
}
