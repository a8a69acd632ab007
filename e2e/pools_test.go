package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestPoolsProbe(t *testing.T) {
	docker := faulttest.JudgeSession(t, dockerConfig(), openDocker, nil)
	require.NoError(t, docker.Err)
	t.Logf("docker\n%s", docker)
	redigo := faulttest.JudgeSession(t, redisConfig(), openRedigo, nil)
	require.NoError(t, redigo.Err)
	t.Logf("redigo\n%s", redigo)
	for _, r := range append(docker.Results, redigo.Results...) {
		if !r.OK {
			t.Log(r.Explain(""))
		}
	}
}
