package gen

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// smallSpec is a spec file with something of everything.
const smallSpec = `package catalogue

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Faults{{
	Name: "stop_at", Stage: spec.Respond, Summary: "stops.", Tests: "t.", Client: spec.Rejects | spec.TimesOut, Why: "w.",
	Params: []spec.Param{{Name: "n", Kind: spec.Int, Default: "1", Doc: "how many"}}, Judge: "2",
	Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Prefix("n")), faultdaemon.Close),
	Examples: []spec.Example{{With: "1", Send: "ping\n", Reply: "pong\n", Got: "p", Then: spec.EOF}},
}}
`

// FuzzSpec gives the generator a spec file: it says what is wrong with it, or makes
// Go files that parse.
func FuzzSpec(f *testing.F) {
	o, err := Options{Spec: "catalogue", Out: "../faultdaemon"}.resolved()
	require.NoError(f, err)
	pkg, known, err := loadSpec(o)
	require.NoError(f, err)
	core, err := known.Import(corePath)
	require.NoError(f, err)
	target, err := findTarget(o.Out)
	require.NoError(f, err)
	with := func(text string) *source {
		p := newSpecPackage(pkg.path)
		p.parse(filepath.Join(o.Dir, "spec.go"), []byte(text))
		p.check(known, known.sizes)
		return &source{dir: o.Dir, pkg: p, core: core, target: target}
	}
	seeds, err := filepath.Glob("catalogue/*.go")
	require.NoError(f, err)
	for _, path := range seeds {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(smallSpec)
	c, err := read(with(smallSpec))
	require.NoError(f, err)
	require.Len(f, c.entries, 1)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := read(with(text))
		if err != nil {
			return
		}
		for name, makeFile := range map[string]func([]byte) ([]byte, error){
			"faults_gen.go": c.goFile, "faults_gen_test.go": c.testFile,
		} {
			made, err := makeFile(nil)
			require.NoError(t, err)
			_, err = parser.ParseFile(token.NewFileSet(), name, made, 0)
			require.NoError(t, err)
		}
		_, err = c.docsFile(nil)
		require.NoError(t, err)
	})
}
