package cli

import (
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether a file is a terminal that understands escapes.
func isTerminal(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// showsLive reports whether somebody looks at a terminal and wants more of it than
// lines.
func showsLive(f *os.File) bool {
	return isTerminal(f) && os.Getenv("CI") == "" && os.Getenv("NO_COLOR") == ""
}

// sizeOf returns what returns the size of a terminal, in characters.
func sizeOf(f *os.File) func() (width, height int) {
	return func() (width, height int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil || width <= 0 || height <= 0 {
			return 80, 24
		}
		return width, height
	}
}
