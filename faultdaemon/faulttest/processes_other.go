//go:build !linux

package faulttest

import "time"

// processes are those of one run. They are not known on this system: they end when
// the run's daemon does.
type processes struct{ socket string }

func (processes) left(time.Duration) []string { return nil }

func (processes) end() {}
