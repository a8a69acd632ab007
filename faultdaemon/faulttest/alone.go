package faulttest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
)

// alone is a command that runs one test alone.
func alone(test string) string {
	pattern := strings.ReplaceAll(respawn.OnlyTest(test), "'", `'\''`)
	return fmt.Sprintf("go test %s -run '%s' -count=1 -v", here(), pattern)
}

// here is the package of the test, as seen from its module's directory: a
// test's working directory is its package's.
func here() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			rel, err := filepath.Rel(root, dir)
			if err != nil || rel == "." {
				return "."
			}
			return "./" + filepath.ToSlash(rel)
		}
		if root == filepath.Dir(root) {
			return "."
		}
	}
}
