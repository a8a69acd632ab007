package verdict

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestNote(t *testing.T) {
	listen := faultdaemon.Info{Stage: faultdaemon.StageListen}
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
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, tt.o.note(tt.info)) })
	}
}
