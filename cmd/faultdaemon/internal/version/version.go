// Package version says what a command was built of.
package version

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

const toolkit = "github.com/faultdaemon/toolkit"

// Of returns what build information says, one thing a line: the command with
// the version of its module; the toolkit's, where that is another module; the
// revision; Go; operating system and architecture. What is not known is left
// out.
func Of(command string, info *debug.BuildInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", command, moduleVersion(info.Main))
	for _, dep := range info.Deps {
		if dep.Path == toolkit {
			fmt.Fprintf(&b, "toolkit   %s\n", moduleVersion(*dep))
		}
	}
	settings := settingsOf(info)
	if revision := settings["vcs.revision"]; revision != "" {
		fmt.Fprintf(&b, "revision  %s", revision)
		if at := settings["vcs.time"]; at != "" {
			fmt.Fprintf(&b, " of %s", at)
		}
		if settings["vcs.modified"] == "true" {
			b.WriteString(", with changes that are not committed")
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "go        %s\n", info.GoVersion)
	if settings["GOOS"] != "" {
		fmt.Fprintf(&b, "platform  %s/%s\n", settings["GOOS"], settings["GOARCH"])
	}
	return b.String()
}

// Time returns the time of the revision, 1 January 1970 where it is not known.
func Time(info *debug.BuildInfo) time.Time {
	at, err := time.Parse(time.RFC3339, settingsOf(info)["vcs.time"])
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return at.UTC()
}

func settingsOf(info *debug.BuildInfo) map[string]string {
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	return settings
}

// moduleVersion is the version of a module, or of what replaces it.
func moduleVersion(m debug.Module) string {
	if m.Replace != nil && m.Replace.Version != "" {
		return m.Replace.Version
	}
	if m.Version == "" {
		return "(devel)"
	}
	return m.Version
}
