package plans

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// FuzzParse holds that a fault that is accepted is in its canonical form, and that a
// daemon starts with it unless its protocol cannot have it.
func FuzzParse(f *testing.F) {
	known, err := faultdaemon.Join(faultdaemon.Builtin(), jsonrpc.Faults, listen.Faults, stdio.Faults)
	require.NoError(f, err)
	for _, info := range known.All() {
		f.Add(string(info.Fault()))
	}
	for _, seed := range []string{"none", " slow_response( 0.3s )", "cut_at(7, reset)", "cut_at(9223372036854775808)", "cut_at(-1)", "slow_response(2562048h)", "x(", "cut_at(1,,)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := known.Parse(text)
		if err != nil {
			return
		}
		again, err := known.Parse(string(fault))
		require.NoError(t, err)
		require.Equal(t, fault, again)
		info, found := known.Lookup(fault)
		if fault == faultdaemon.FaultNone || info.Stage == faultdaemon.StageListen {
			return // they may wait, before Start returns
		}
		require.True(t, found)
		d := faultdaemon.New("", faultdaemon.Config{
			Protocol: jsonrpc.Headers, Fault: fault,
			Catalogues: []*faultdaemon.Catalogue{listen.Faults, stdio.Faults},
		})
		if info.Applies(jsonrpc.Headers) != nil {
			require.Error(t, d.Start())
			return
		}
		require.NoError(t, d.Start())
		d.Stop()
	})
}
