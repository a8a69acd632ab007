package lookup

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// asServer is the argument that makes this binary the server that tests spawn.
const asServer = "lookup-test-server"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == asServer {
		if err := stdio.Join(strings.TrimPrefix(os.Args[2], "--socket=")); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func newIndex(t *testing.T) *Index {
	t.Helper()
	x, err := New(setup.Own{})
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	x.server = []string{self, asServer}
	return x
}

func TestPicturesOfProcesses(t *testing.T) {
	for fault, want := range map[string][]string{
		"not_found":                      {"client --x daemon  the start fails: no such file or directory"},
		"not_executable":                 {"client --x daemon  the start fails: permission denied"},
		"exit_at_start":                  {`client <-- stderr  "error: cannot find module 'server'\n"`, "client <-| daemon  EOF", "process  exit status 1"},
		"exit_at_start(77)":              {"process  exit status 77"},
		"exit_mid_call(137, request)":    {"client <-| daemon  EOF", "process  exit status 137"},
		"killed_mid_call(SEGV, request)": {"client <-| daemon  EOF", "process  signal: segmentation fault"},
		"child_holds_pipes":              {"still open after 1s", "process  exit status 1"},
		"ignores_eof":                    {`client <-- daemon  "pong\n"`, "process  lives on when its client has closed its pipes"},
		"closes_stdin":                   {`client --x daemon  "ping\n"  (broken pipe)`},
		"stderr_flood":                   {"(262144 bytes)", `client <-- daemon  "pong\n"`},
		"never_ready":                    {`client <-- stderr  "server: starting\n"`, "still open after 1s"},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			require.NoError(t, newIndex(t).Explain(t.Context(), &b, "faultdaemon", fault, ""))
			for _, line := range want {
				require.Contains(t, b.String(), line)
			}
			require.Contains(t, b.String(), "Through the pipes of a process (lines)")
			require.Contains(t, b.String(), "-- CLIENT {server}\n")
		})
	}
}

func TestFaultsOfProcessesAreListedByThemselves(t *testing.T) {
	list, err := newIndex(t).List(Filter{})
	require.NoError(t, err)
	require.Len(t, list.OfProcesses, len(stdio.Faults.All()))
	for _, info := range list.Faults {
		require.NotContains(t, []faultdaemon.Stage{faultdaemon.StageListen, faultdaemon.StageProcess}, info.Stage)
	}
	var b strings.Builder
	require.NoError(t, list.Table(&b))
	_, below, found := strings.Cut(b.String(), "\nFaults of a server that the client spawns\n\nfault ")
	require.True(t, found, b.String())
	require.Contains(t, below, "\nexit_at_start ")
	require.NotContains(t, below, "\ncut_at ")
}
