package faulttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stacks of two runs are the same text.
func TestPlainStack(t *testing.T) {
	require.Equal(t, strings.TrimSpace(`
goroutine [chan receive (durable)]:
pkg.(*T).loop(...)
	/src/pkg/t.go:12
created by pkg.New
	/src/pkg/t.go:7`), plain(`goroutine 35 [chan receive (durable), 2 minutes, synctest bubble 7]:
pkg.(*T).loop(0xc000012345, {0x1, 0x2})
	/src/pkg/t.go:12 +0x1d
created by pkg.New in goroutine 34
	/src/pkg/t.go:7 +0x5f
`))
}

// The arguments of the testing package stay behind, the user's own do not.
func TestUserFlags(t *testing.T) {
	require.Equal(t, []string{"-update", "test.log", "--", "x"},
		userFlags([]string{"-test.v=true", "--test.run=^TestX$", "-update", "test.log", "--", "x"}))
}
