package docs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is a part of a page that is run: a file to write, a change to make in
// one, or commands and what they print.
//
//	<!-- file quota.go -->  or  <!-- edit quota.go -->  or nothing
//	```go                       ```diff                 ```console
var block = regexp.MustCompile("(?ms)^(?:<!-- (file|edit) (\\S+) -->\n)?```(\\w+)\n(.*?)^```$")

// TestAdopting does what the page says, in an empty directory, from its first
// line to its last.
func TestAdopting(t *testing.T) {
	page, err := os.ReadFile("adopting.md")
	require.NoError(t, err)
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	user := newcomer{t: t, dir: t.TempDir(), root: root}
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		what, name, language, text := m[1], m[2], m[3], m[4]
		switch {
		case what == "file":
			user.write(name, text)
		case what == "edit":
			user.edit(name, text)
		case language == "console":
			user.console(text)
		}
	}
	require.Equal(t, []string{"fails", "passes", "passes", "passes"}, user.tests, "what go test did")
	require.Less(t, user.lines, 40, "lines that a newcomer writes until the first test fails")
}

// A newcomer follows a page.
type newcomer struct {
	t         *testing.T
	dir, root string
	lines     int      // written before the first test ran
	tests     []string // what every go test did
}

func (n *newcomer) write(name, text string) {
	if len(n.tests) == 0 {
		n.lines += strings.Count(text, "\n")
	}
	require.NoError(n.t, os.WriteFile(filepath.Join(n.dir, name), []byte(text), 0o644))
}

// edit replaces the lines of a diff that begin with - by those that begin
// with +.
func (n *newcomer) edit(name, diff string) {
	sides := map[byte]string{}
	for line := range strings.Lines(diff) {
		sides[line[0]] += line[1:]
	}
	text, err := os.ReadFile(filepath.Join(n.dir, name))
	require.NoError(n.t, err)
	require.Equal(n.t, 1, strings.Count(string(text), sides['-']), "%s holds once:\n%s", name, sides['-'])
	n.write(name, strings.Replace(string(text), sides['-'], sides['+'], 1))
}

// console runs the commands of a block, which begin with "$ ", and compares
// what they print with what stands below them, where anything does.
func (n *newcomer) console(text string) {
	for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		cmd := exec.Command("sh", "-c", n.substitute(command))
		cmd.Dir = n.dir
		cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off") // whatever is not here yet is an error
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		fails := regexp.MustCompile(`(?m)^FAIL$`).MatchString(shown)
		require.Equal(n.t, fails, err != nil, "$ %s\n%s", command, &out)
		if shown != "" {
			require.Regexp(n.t, shownAs(shown), out.String(), "$ %s", command)
		}
		if strings.Contains(command, "go test") {
			n.tests = append(n.tests, map[bool]string{true: "fails", false: "passes"}[fails])
		}
	}
}

// substitute puts this tree in the place of the release that go get would ask
// a proxy for. Nothing else on the page is run otherwise than it stands there.
func (n *newcomer) substitute(command string) string {
	if !strings.HasPrefix(command, "go get ") {
		return command
	}
	return "go mod edit -replace=github.com/faultdaemon/toolkit=" + n.root + " && cp " + n.root + "/go.sum . && " +
		strings.Replace(command, "@latest", "@v0.0.0", 1)
}

// elapsed is a time of the real clock, as it is in a pattern.
var elapsed = regexp.MustCompile(`\d+\\\.\d+s`)

// counted is how many verdicts there are, in a pattern: as many as faults.
var counted = regexp.MustCompile(`\d+ (passed|failed|unsafe|untested)`)

// shownAs is a pattern for what a page shows: a line ... stands for any lines,
// real time takes as long as it takes, and there are as many faults as there are.
func shownAs(shown string) string {
	pattern := elapsed.ReplaceAllLiteralString(regexp.QuoteMeta(strings.TrimSuffix(shown, "\n")+"\n"), `\d+\.\d+s`)
	pattern = counted.ReplaceAllString(pattern, `\d+ $1`)
	return "^" + strings.ReplaceAll(pattern, "\\.\\.\\.\n", `(?:.*\n)*?`) + "$"
}
