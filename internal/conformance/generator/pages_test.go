package generator

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"golang.org/x/tools/txtar"
)

// quote is a place in a page that shows a file of a script:
//
//	<!-- BEGIN script adopt.txtar faults.go -->
//	<!-- END script -->
var quote = regexp.MustCompile(`(?s)(<!-- BEGIN script (\S+) (\S+) -->\n)(.*?)(<!-- END script -->\n)`)

// The pages show what the scripts run.
func TestPagesQuoteTheScripts(t *testing.T) {
	for _, name := range []string{"own-faults.md", "compatibility.md"} {
		t.Run(name, func(t *testing.T) { quoteScripts(t, filepath.Join("../../../docs", name)) })
	}
}

func quoteScripts(t *testing.T, page string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	quotes := 0
	fresh := quote.ReplaceAllStringFunc(string(text), func(place string) string {
		quotes++
		m := quote.FindStringSubmatch(place)
		language := "text"
		if filepath.Ext(m[3]) == ".go" {
			language = "go"
		}
		return m[1] + "```" + language + "\n" + fileOf(t, m[2], m[3]) + "```\n" + m[5]
	})
	if quotes == 0 {
		t.Errorf("%s quotes nothing", page)
	}
	if fresh == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s differs from the scripts that it quotes: go test ./internal/conformance/generator -run TestPages -update", page)
	}
	if err := os.WriteFile(page, []byte(fresh), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fileOf returns a file of a script.
func fileOf(t *testing.T, script, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata/script", script))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	t.Fatalf("%s has no file %s", script, name)
	return ""
}
