//go:build !linux

package faulttest

import "time"

// descriptors are not seen here.
type descriptors struct{}

func openDescriptors() descriptors { return descriptors{} }

func (descriptors) opened(time.Duration) []string { return nil }

func connectedTo(string, time.Duration) []string { return nil }
