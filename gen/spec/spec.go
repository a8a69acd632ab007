// Package spec holds the types that a catalogue of faults is written in.
//
// A catalogue is Go data: one or more package-level literals of type [Faults]
// and, where the faults of a package share something, one of type
// [Catalogue]. The compiler checks them where they stand; the generator reads
// them as syntax, without running them, so that it works while the package
// that needs the generated constants does not compile yet.
//
//	var _ = spec.Catalogue{Prefix: "kv", Protocol: Protocol}
//
//	var _ = spec.Faults{
//		{
//			Name:    "write_half_then_hang",
//			Stage:   spec.Respond,
//			Summary: "writes half the response, then hangs for ever.",
//			Tests:   "recovery from a partial write; the timeout while reading.",
//			Client:  spec.TimesOut,
//			Do:      faultdaemon.Steps(faultdaemon.Send(faultdaemon.FirstHalf), faultdaemon.Hang),
//			Examples: []spec.Example{
//				{Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.Open},
//			},
//		},
//	}
package spec

import "github.com/faultdaemon/toolkit/faultdaemon"

// Catalogue says what the faults of a package have in common.
type Catalogue struct {
	// Prefix is put before every name, with an underscore: "jsonrpc" makes
	// wrong_id the fault jsonrpc_wrong_id and the constant FaultWrongID.
	Prefix string

	// Protocol is what the generated table tests speak.
	Protocol faultdaemon.Protocol

	// Spawned says that the faults are those of servers that their client spawns:
	// the generated table test runs every example with a process of its own.
	// Examples may say what that does: Stderr, Status, Fails, Outlives, Closes.
	Spawned bool

	// Relayed says that the faults act between a client and a real daemon, and need a
	// Config.Upstream: the generated table test runs every example in front of another
	// daemon. Examples say what reaches that: Passed.
	Relayed bool
}

// Faults are entries of a catalogue, in the order in which they are shown.
type Faults []Fault

// Fault is one entry: one way of misbehaving. The first seven fields are
// required.
type Fault struct {
	// Name is snake_case, without the catalogue's prefix, and never changes
	// once it is released.
	Name string

	// Stage is when the fault acts: Listen, Process, Accept or Respond.
	Stage faultdaemon.Stage

	// Summary says exactly what the daemon does, as a phrase whose subject
	// is the fault: "writes half the response, then hangs for ever."
	Summary string

	// Tests says what of a client is put to the test.
	Tests string

	// Client is what is expected of a client. More than one outcome needs Why.
	Client faultdaemon.Outcome

	// Do is the behaviour: calls, selectors, identifiers, literals and
	// operators, no function literal.
	Do faultdaemon.Step

	// Examples are what a client sees. At least one differs from a healthy
	// daemon in Got, After, Then, Calls or Connect, or in what its process does.
	Examples []Example

	Simulates   string           // what this looks like in production
	Why         string           // why Client is what it is
	Params      []Param          // the arguments the fault takes
	Needs       faultdaemon.Need // what a client must do for the fault to show
	Judge       string           // arguments for runs that name none
	AlsoKnownAs []string         // what other tools call it
	Bug         string           // a public report that it would have found

	// Unbounded says that the daemon announces or sends more than a client
	// should ever hold: the memory that it takes is judged.
	Unbounded bool

	// Protocol is what this entry's examples speak, where that is not the
	// catalogue's.
	Protocol faultdaemon.Protocol
}

// The types that entries are made of live where they are needed at run time.
type (
	Example = faultdaemon.Example
	Param   = faultdaemon.Param
)

// The values that entries are made of.
const (
	Listen  = faultdaemon.StageListen
	Process = faultdaemon.StageProcess
	Accept  = faultdaemon.StageAccept
	Respond = faultdaemon.StageRespond

	Survives = faultdaemon.Survives
	Rejects  = faultdaemon.Rejects
	TimesOut = faultdaemon.TimesOut
	Differs  = faultdaemon.Differs

	SecondExchange   = faultdaemon.SecondExchange
	Pipelining       = faultdaemon.Pipelining
	SecondConnection = faultdaemon.SecondConnection
	LargeWrite       = faultdaemon.LargeWrite
	Batch            = faultdaemon.Batch

	Open  = faultdaemon.EndOpen
	EOF   = faultdaemon.EndEOF
	Reset = faultdaemon.EndReset

	NoCalls = faultdaemon.NoCalls

	Duration = faultdaemon.KindDuration
	Int      = faultdaemon.KindInt
	Digits   = faultdaemon.KindDigits
	Choice   = faultdaemon.KindChoice
)
