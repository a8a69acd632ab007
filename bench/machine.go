package bench

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// thisMachine says what the system says of its processors.
func thisMachine() string {
	return fmt.Sprintf("%d processors (%s), %s", runtime.NumCPU(), processor(), runtime.GOOS)
}

// processor returns the processor's name where Linux says it, else its architecture.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range bytes.Lines(text) {
		if name, value, found := strings.Cut(string(line), ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
