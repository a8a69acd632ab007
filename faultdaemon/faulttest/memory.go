package faulttest

import "runtime"

// memory is how many bytes this process has taken from the system since it
// began, which never shrinks; 0 where it runs more than one fault. What is set
// aside counts, whether or not it is used.
func (r *runner) memory() int64 {
	if !r.measured {
		return 0
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys)
}
