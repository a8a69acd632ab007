package faulttest

import (
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// What a test reads and says of a client is that of packages verdict and sweep,
// which judge whatever kind of client there is.
type (
	// Report is what became of a client, fault by fault.
	Report = verdict.Report

	// Result is what the client did under one fault.
	Result = verdict.Result

	// Verdict says what a client did under a fault.
	Verdict = verdict.Verdict

	// Grade says how much a verdict weighs.
	Grade = verdict.Grade

	// Known is a verdict that is accepted although it may fail.
	Known = verdict.Known

	// NotApplicable is a fault that was left out.
	NotApplicable = verdict.NotApplicable

	// SweepReport is what became of a client, offset by offset.
	SweepReport = sweep.Report

	// SweepRange is neighbouring offsets at which the client did the same.
	SweepRange = sweep.Range

	// SweepKind is what a sweep does to a reply at an offset.
	SweepKind = sweep.Kind
)

// The verdicts: see [verdict.Verdict].
const (
	Survived    = verdict.Survived
	Rejected    = verdict.Rejected
	TimedOut    = verdict.TimedOut
	WrongAnswer = verdict.WrongAnswer
	Hung        = verdict.Hung
	Crashed     = verdict.Crashed
	Leaked      = verdict.Leaked
	Repeated    = verdict.Repeated
	Grew        = verdict.Grew
	Untested    = verdict.Untested
)

// The kinds of a sweep: see [sweep.Kind].
const (
	Cut   = sweep.Cut
	Split = sweep.Split
	Flip  = sweep.Flip
	Stall = sweep.Stall
)
