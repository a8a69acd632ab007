package exampletest

import (
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
)

// RunSpawnedWithin is RunSpawned for tables that fail, and so wait to the end: it
// waits no longer than most for what must come, and as long as quiet for what must
// not.
func RunSpawnedWithin(t *testing.T, cfg faultdaemon.Config, cases []Case, most, quiet time.Duration) {
	respawn.Serve()
	command, err := respawn.Command(t)
	if err != nil {
		t.Fatal(err)
	}
	run(t, cfg, cases, spawning{command, most, quiet})
}
