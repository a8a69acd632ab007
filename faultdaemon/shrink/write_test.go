package shrink_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
)

func TestExpression(t *testing.T) {
	for line, want := range map[string]string{
		"corrupt_response":                              `faultdaemon.Always("corrupt_response")`,
		"2*none->1*cut_at(7, reset)":                    `faultdaemon.FirstN(2, faultdaemon.FaultNone).Then(faultdaemon.FirstN(1, "cut_at(7, reset)"))`,
		"12.5%half_close":                               `faultdaemon.Chance(12.5/100.0, "half_close")`,
		"<-tools/call:3c/slow_response(1s)->half_close": `faultdaemon.FromUpstream(faultdaemon.On("tools/call", faultdaemon.PerConnection(faultdaemon.EveryNth(3, "slow_response(1s)")))).Then(faultdaemon.Always("half_close"))`,
	} {
		require.Equal(t, want, shrink.Expression(plan(t, line)))
	}
	matched := faultdaemon.FromUpstream(faultdaemon.When(func([]byte) bool { return true }, plan(t, "half_close")))
	require.Equal(t, `faultdaemon.FromUpstream(faultdaemon.When(match, faultdaemon.Always("half_close")))`, shrink.Expression(matched))
}

// What is written down compiles.
func TestTests(t *testing.T) {
	files := token.NewFileSet()
	imports := importer.ForCompiler(files, "gc", compiled(t))
	compiles := func(source string) {
		t.Helper()
		file, err := parser.ParseFile(files, "it_test.go", source, parser.AllErrors)
		require.NoError(t, err, source)
		_, err = (&types.Config{Importer: imports}).Check("client", files, []*ast.File{file}, nil)
		require.NoError(t, err, source)
	}
	p := plan(t, "<-2c*corrupt_response->25%slow_response(300ms)")
	compiles(`package client

import (
	"context"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

var cfg faultdaemon.Config

func client(context.Context, faulttest.Dialer) (string, error) { return "", nil }

` + shrink.Test("TestIt", p))
	compiles(shrink.ProgramTest("client", "TestIt", p, []string{"faultdaemon", "check", "--plan", `a "b"`, "--", "c\nd"}))
}

// compiled returns what finds the compiled form of the packages that tests import.
func compiled(t *testing.T) importer.Lookup {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"testing", "os/exec", "github.com/faultdaemon/toolkit/faultdaemon/faulttest").Output()
	require.NoError(t, err)
	at := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		at[path] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(at[path]) }
}
