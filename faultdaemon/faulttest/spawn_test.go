package faulttest_test

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

type spawner = func(context.Context, *exec.Cmd) (string, error)

func TestSpawnACorrectClient(t *testing.T) {
	began := time.Now()
	report := faulttest.JudgeSpawn(t, statusDaemon(), spawns, nil)
	require.NoError(t, report.Err)
	t.Log(time.Since(began))
	t.Log(report); for _, r := range report.Results { if !r.OK { t.Log(r.Explain("")) } }
	require.True(t, report.OK(), "%s", report)
	require.Len(t, report.Results, len(faultdaemon.Builtin().All())+len(stdio.Faults.All()))
}
