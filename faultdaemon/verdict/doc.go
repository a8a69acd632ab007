// Package verdict says what a client did under a fault, how much that weighs,
// and why.
//
// A runner runs the client, whatever it is: a function in a bubble of virtual
// time, a function on the real clock, a process of its own, a program. It fills
// in an [Observation] of each run and hands it over; everything else is the same
// for all clients and is here:
//
//	Observation --Client.Judge--> Result{Verdict, Grade, OK} --> Report
//
// A [Client] is what the healthy runs have told. A [Verdict] is a fact; the
// fault's entry in its catalogue says which verdicts are expected; a [Grade]
// says how much the difference weighs.
//
// The package knows neither the testing package nor processes.
package verdict
