// Package verdict judges what a client did under a fault, how serious that is,
// and why.
//
// A runner runs the client, whatever it is: a function in a bubble of virtual
// time, a function on the real clock, a process of its own, a program. It fills
// in an [Observation] of each run. Everything else is the same for all clients,
// and this package does it:
//
//	Observation --Client.Judge--> Result{Verdict, Grade, OK} --> Report
//
// A [Client] holds what the healthy runs have shown. A [Verdict] is a fact; the
// fault's entry in its catalogue says which verdicts are expected; a [Grade]
// says how serious the difference is.
//
// The package depends neither on package testing nor on processes.
package verdict
