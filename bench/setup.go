package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// A Setup is what the sides of a row share while it runs.
type Setup struct {
	Short bool       // to see that it runs, not how fast
	Root  string     // of the toolkit
	T     *testing.T // there are no bubbles without

	dir   string
	made  int
	atEnd []func()
}

// newSetup returns a setup, whose end is to be called.
func newSetup(t *testing.T, short bool) (*Setup, error) {
	root, err := filepath.Abs("..")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "fdbench") // T.TempDir can be too long for a socket
	return &Setup{Short: short, Root: root, T: t, dir: dir}, err
}

// OnEnd has f called when the row is over, before what was given earlier.
func (s *Setup) OnEnd(f func()) { s.atEnd = append(s.atEnd, f) }

func (s *Setup) end() {
	for _, f := range slices.Backward(s.atEnd) {
		f()
	}
	_ = os.RemoveAll(s.dir)
}

// Times is how often something is done: n times, and in short mode hardly ever.
func (s *Setup) Times(n int) int {
	if s.Short {
		return max(1, n/500)
	}
	return n
}

// Path returns a path in the row's own directory, where nothing is yet.
func (s *Setup) Path(name string) string {
	s.made++
	return filepath.Join(s.dir, fmt.Sprintf("%d%s", s.made, name))
}

// mallocs returns how many allocations the process has made.
func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// inUse returns the bytes of live heap and of stacks.
func inUse() float64 {
	runtime.GC()
	runtime.GC() // the first one leaves what finalizers have kept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}
