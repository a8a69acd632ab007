package version_test

import (
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/version"
)

func TestOf(t *testing.T) {
	released := &debug.BuildInfo{
		GoVersion: "go1.26.1",
		Main:      debug.Module{Path: "github.com/faultdaemon/toolkit", Version: "v1.2.3"},
		Settings:  []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "arm64"}},
	}
	assert.Equal(t, "faultdaemon v1.2.3\ngo        go1.26.1\nplatform  linux/arm64\n", version.Of("faultdaemon", released))

	assert.Equal(t, int64(0), version.Time(released).Unix())

	theirs := &debug.BuildInfo{
		GoVersion: "go1.26.1",
		Main:      debug.Module{Path: "example.com/kv"},
		Deps: []*debug.Module{
			{Path: "github.com/spf13/cobra", Version: "v1.10.2"},
			{Path: "github.com/faultdaemon/toolkit", Version: "v1.2.3"},
		},
		Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0c654d2"}, {Key: "vcs.time", Value: "2026-11-26T12:00:00Z"}, {Key: "vcs.modified", Value: "true"},
		},
	}
	assert.Equal(t, "kvfault (devel)\ntoolkit   v1.2.3\nrevision  0c654d2 of 2026-11-26T12:00:00Z, with changes that are not committed\ngo        go1.26.1\n",
		version.Of("kvfault", theirs))
	assert.Equal(t, time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), version.Time(theirs))
}
