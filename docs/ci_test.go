package docs

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// What the page gives to a CI is YAML, and its go commands, there and
// elsewhere, have no flag that does not exist.
func TestCIRecipes(t *testing.T) {
	page, err := os.ReadFile("ci.md")
	require.NoError(t, err)
	commands, recipes := []string{}, 0
	for _, m := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		switch language, text := m[1], m[2]; language {
		case "yaml":
			recipes++
			var recipe map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(text), &recipe), text)
			commands = append(commands, scripts(recipe)...)
		case "":
			commands = append(commands, strings.Split(strings.TrimSpace(text), "\n")...)
		}
	}
	require.Equal(t, 5, recipes)

	known := map[string]string{
		"go test":          output(t, "help", "test") + output(t, "help", "testflag") + output(t, "help", "build"),
		"go tool faultgen": output(t, "run", "../gen/cmd/faultgen", "-h"),
	}
	checked := map[string]int{}
	for _, command := range commands {
		command = regexp.MustCompile(`go run gotest.tools/gotestsum\S+ .*? -- `).ReplaceAllString(command, "go test ")
		for tool, help := range known {
			_, args, found := strings.Cut(command, tool+" ")
			if !found {
				continue
			}
			args, _, _ = strings.Cut(args, "|")
			for _, flag := range regexp.MustCompile(`(?:^| )-(\w+)`).FindAllStringSubmatch(args, -1) {
				require.Regexp(t, `(?m)^\s+-`+flag[1]+`\b`, help, "%s has no flag -%s: %s", tool, flag[1], command)
				checked[tool]++
			}
		}
	}
	require.Greater(t, checked["go test"], 10, "%q", commands)
	require.Equal(t, 2, checked["go tool faultgen"], "%q", commands)
}

// scripts returns what a recipe runs: every run: of GitHub, every line of a
// script: of GitLab.
func scripts(value any) (commands []string) {
	switch v := value.(type) {
	case map[string]any:
		for key, child := range v {
			if run, ok := child.(string); ok && key == "run" {
				commands = append(commands, run)
				continue
			}
			if key != "script" {
				commands = append(commands, scripts(child)...)
				continue
			}
			for _, line := range child.([]any) {
				commands = append(commands, line.(string))
			}
		}
	case []any:
		for _, child := range v {
			commands = append(commands, scripts(child)...)
		}
	}
	return commands
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}
