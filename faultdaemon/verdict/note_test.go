package verdict

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestNote(t *testing.T) {
	listen := faultdaemon.Info{Stage: faultdaemon.StageListen}
	process := faultdaemon.Info{Stage: faultdaemon.StageProcess}
	exited := []string{"1", "cannot find it"}
	killed := []string{"SIGKILL", "killed", "9", "137"}
	printed := func(line string) Observation {
		return Observation{Evidence: exited, Err: ExitStatus(1), Output: []Output{{Lines: []string{line}}}}
	}
	for name, tt := range map[string]struct {
		o    Observation
		info faultdaemon.Info
		want string
	}{
		"named":          {Observation{Address: "/run/x", Err: errors.New("dial unix /run/x: connect: no such file")}, listen, ""},
		"not named":      {Observation{Address: "/run/x", Err: errors.New("no daemon")}, listen, unnamed},
		"printed":        {Observation{Address: "/run/x", Err: errors.New("exit status 1"), Output: []Output{{Lines: []string{"", "is it at /run/x?"}}}}, listen, ""},
		"connected":      {Observation{Address: "/run/x", Err: errors.New("EOF"), Connections: 1}, listen, ""},
		"another stage":  {Observation{Address: "/run/x", Err: errors.New("EOF")}, faultdaemon.Info{Stage: faultdaemon.StageAccept}, ""},
		"no error":       {Observation{Address: "/run/x"}, listen, ""},
		"told no path":   {Observation{Err: errors.New("no daemon")}, listen, ""},
		"it was stopped": {Observation{Address: "/run/x", Err: errors.New("exit status -1"), Hung: true}, listen, ""},

		"its status":            {Observation{Evidence: exited, Err: errors.New("server: exit status 1")}, process, ""},
		"another number":        {Observation{Evidence: exited, Err: errors.New("error 100: closed")}, process, unexplained},
		"its last words":        {Observation{Evidence: exited, Err: errors.New("it said: Cannot find it")}, process, ""},
		"its signal":            {Observation{Evidence: killed, Err: errors.New("signal: killed")}, faultdaemon.Info{}, ""},
		"its signal's number":   {Observation{Evidence: killed, Err: errors.New("returncode=-9")}, faultdaemon.Info{}, ""},
		"only the end":          {Observation{Evidence: killed, Err: errors.New("unexpected EOF")}, faultdaemon.Info{}, unexplained},
		"its own exit status":   {Observation{Evidence: exited, Err: ExitStatus(1)}, process, unexplained},
		"printed its last line": {printed("error: cannot find it"), process, ""},
		"printed nothing of it": {printed("connection closed"), process, unexplained},
		"it did not fail":       {Observation{Evidence: exited}, process, ""},
		"it was stopped then":   {Observation{Evidence: exited, Err: errors.New("EOF"), Hung: true}, process, ""},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, tt.o.note(tt.info)) })
	}
}
