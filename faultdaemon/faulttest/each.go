package faulttest

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// each calls do with 0 to n-1, as many at once as there are processors, and
// returns when all calls have.
func each(n int, do func(i int)) {
	var next atomic.Int64
	var work sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	work.Wait()
}
