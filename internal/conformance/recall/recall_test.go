// Package recall holds that faults find what they are there to find: a client
// with exactly the bug that an entry cites has a verdict under that fault whose
// grade is not ok, and one without it has one that is.
package recall_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// A claim is that the bug of an entry shows in a verdict.
type claim struct {
	fault   faultdaemon.Fault
	daemon  faultdaemon.Config
	right   client // has no bug
	buggy   client // has the bug of the fault's entry and no other
	verdict faulttest.Verdict

	// unseen is why the buggy client's grade is ok all the same; empty where
	// it is not.
	unseen string
}

// claims are all of them: one or more for each entry that has a Bug.
func claims() []claim {
	return slices.Concat(silences(), writes(), streams(), texts(), messages(), orders(), headers(), lengths())
}

func catalogues() []*faultdaemon.Catalogue {
	return []*faultdaemon.Catalogue{faultdaemon.Builtin(), ndjson.Faults, jsonrpc.Faults, lengthprefix.Faults, stdio.Faults, kvfault.Faults}
}

func TestBugsThatAreCitedAreFound(t *testing.T) {
	for _, c := range claims() {
		t.Run(string(c.fault), func(t *testing.T) {
			right := c.judge(t, c.right)
			require.Equal(t, verdict.OK, right.Grade, "the client without the bug: %s", right.Verdict)

			buggy := c.judge(t, c.buggy)
			require.Equal(t, c.verdict, buggy.Verdict, "the client with the bug: %v", buggy.Err)
			require.Equal(t, c.unseen != "", buggy.Grade == verdict.OK, "the client with the bug: %s, %s", buggy.Verdict, c.unseen)
		})
	}
}

func (c claim) judge(t *testing.T, client client) faulttest.Result {
	t.Helper()
	report := faulttest.Judge(t, c.daemon, client, &faulttest.Options{Only: []faultdaemon.Fault{c.fault}})
	require.NoError(t, report.Err)
	require.Len(t, report.Results, 1)
	return report.Results[0]
}

func TestEveryBugThatIsCitedHasAClient(t *testing.T) {
	claimed := make(map[faultdaemon.Fault]bool)
	for _, c := range processes() {
		claimed[c.fault] = true
	}
	for _, c := range claims() {
		claimed[faultdaemon.Fault(c.fault.Name())] = true
	}
	for _, catalogue := range catalogues() {
		for _, info := range catalogue.All() {
			if info.Bug != "" && !claimed[info.Name] {
				t.Errorf("%s cites %q and no client here has that bug: add a claim for it", info.Name, info.Bug)
			}
			if info.Bug == "" && claimed[info.Name] {
				t.Errorf("there is a claim for %s, whose entry cites no bug: cite it as Bug, or remove the claim", info.Name)
			}
			delete(claimed, info.Name)
		}
	}
	require.Empty(t, claimed, "claims for faults that no catalogue has")
}
