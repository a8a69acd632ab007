package faulttest

import (
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The results have the types of packages verdict and sweep, which judge clients
// of every kind.
type (
	// Report is the results of a client, fault by fault.
	Report = verdict.Report

	// Result is what the client did under one fault, and whether that passes.
	Result = verdict.Result

	// Verdict says what a client did under a fault.
	Verdict = verdict.Verdict

	// Grade says how serious a verdict is.
	Grade = verdict.Grade

	// Known is an accepted verdict on a fault, which passes even if it would
	// fail.
	Known = verdict.Known

	// NotApplicable is a fault that the protocol cannot have, with the reason.
	NotApplicable = verdict.NotApplicable

	// SweepReport is the results of a client, offset by offset.
	SweepReport = sweep.Report

	// SweepRange is a run of neighbouring offsets of one message at which the
	// client did the same.
	SweepRange = sweep.Range

	// SweepKind is a kind of damage that a sweep does to a reply at an offset.
	SweepKind = sweep.Kind
)

// The verdicts: see [verdict.Verdict].
const (
	Survived     = verdict.Survived
	Rejected     = verdict.Rejected
	TimedOut     = verdict.TimedOut
	WrongAnswer  = verdict.WrongAnswer
	Hung         = verdict.Hung
	Crashed      = verdict.Crashed
	Leaked       = verdict.Leaked
	Repeated     = verdict.Repeated
	Grew         = verdict.Grew
	Spun         = verdict.Spun
	Removed      = verdict.Removed
	SecondDaemon = verdict.SecondDaemon
	Stuck        = verdict.Stuck
	Untested     = verdict.Untested
)

// The kinds of a sweep: see [sweep.Kind].
const (
	Cut   = sweep.Cut
	Split = sweep.Split
	Flip  = sweep.Flip
	Stall = sweep.Stall
)
