// Package faulttest tests clients against a daemon that misbehaves on purpose.
// [Run] runs a client under every fault and judges it, [Sweep] damages the
// replies at every byte, [RunConcurrent] makes concurrent calls, and [RunSession]
// makes calls before, during and after each fault. [Judge], [JudgeSweep],
// [JudgeConcurrent] and [JudgeSession] do the same and return a report. [Pipes] is
// for clients that take a reader and a writer, [Spawn] and [JudgeSpawn] for those
// that start their server. [Start] starts a daemon that stops when its test ends.
package faulttest
