// Package faulttest is for the tests of those who use a faultdaemon. It runs a
// client under every fault and judges it ([Run]), hurts its replies at every byte
// ([Sweep]) and has it make calls at once ([RunConcurrent]); [Judge], [JudgeSweep]
// and [JudgeConcurrent] do the same and return a report. It starts daemons that end
// with their test ([Start]).
package faulttest
