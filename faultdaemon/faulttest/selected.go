package faulttest

import (
	"flag"
	"regexp"
	"strings"
)

// selected returns whether the -run flag lets a test's subtest of a name run.
func selected(test string) func(subtest string) bool {
	pattern := patternAt(strings.Count(test, "/") + 1)
	if pattern == nil {
		return func(string) bool { return true }
	}
	return func(subtest string) bool { return pattern.MatchString(strings.ReplaceAll(subtest, " ", "_")) }
}

// patternAt returns the part of the -run flag that is about the names at a
// depth, nil where it says nothing about them. Alternatives are the testing
// package's business.
func patternAt(depth int) *regexp.Regexp {
	run := flag.Lookup("test.run")
	if run == nil || strings.Contains(run.Value.String(), "|") {
		return nil
	}
	patterns := strings.Split(run.Value.String(), "/")
	if len(patterns) <= depth {
		return nil
	}
	pattern, err := regexp.Compile(patterns[depth])
	if err != nil {
		return nil
	}
	return pattern
}
