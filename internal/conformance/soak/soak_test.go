// Package soak runs daemons for as long as it is told to, with clients that do
// everything a client can do wrong, and holds two things: the record of calls is
// what the clients have sent, and Stop leaves nothing behind.
//
//	go test -race ./internal/conformance/soak -soak 60s
package soak

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var (
	duration = flag.Duration("soak", 500*time.Millisecond, "how long daemons are soaked")
	seed     = flag.Uint64("soak.seed", 0, "what clients and switches draw from; 0 draws one")
)

// roundTime is how long daemons live, at most, before they are stopped and looked
// at, and others take their place.
const roundTime = 3 * time.Second

// growth is how many bytes the heap may grow by over all rounds: what the runtime
// keeps of the most goroutines that there ever were, which was up to 1.2 MB on a busy
// machine under the race detector. The daemons of one round hold more.
const growth = 2 << 20

func TestSoak(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-soak.seed %d", *seed)
	rng := rand.New(rand.NewPCG(*seed, 0))
	sum := newTally()
	round(t, rng, 100*time.Millisecond, newTally()) // what is made once is made
	before := heapInUse()
	for left := *duration; left > 0; left -= roundTime {
		round(t, rng, min(left, roundTime), sum)
		require.Less(t, heapInUse(), before+growth, "bytes on the heap after Stop")
	}
	closesAll(t, rng)
	sum.report(t)
}

// closesAll has a round in which the collector closes no descriptor that was lost:
// after it, none is.
func closesAll(t *testing.T, rng *rand.Rand) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	before := openDescriptors()
	round(t, rng, 100*time.Millisecond, newTally())
	require.LessOrEqual(t, openDescriptors(), before, "descriptors after Stop")
}

// round has daemons of every framing live for a time, stops them, and checks what
// they have recorded.
func round(t *testing.T, rng *rand.Rand, lasts time.Duration, sum *tally) {
	before := goleak.IgnoreCurrent()
	var all sync.WaitGroup
	for _, s := range subjects() {
		s.seed = rng.Uint64()
		all.Go(func() { s.soak(t, lasts, sum) })
	}
	all.Wait()
	goleak.VerifyNone(t, before)
}

// heapInUse returns how many bytes are in use when the collector has nothing more to
// find.
func heapInUse() uint64 {
	for range 3 { // finalizers and pools take more than one
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// A tally is what happened in all rounds.
type tally struct {
	mu                          sync.Mutex
	connections, calls, answers int
	set                         map[faultdaemon.Fault]bool
	fired                       map[faultdaemon.Fault]int
}

func newTally() *tally {
	return &tally{set: make(map[faultdaemon.Fault]bool), fired: make(map[faultdaemon.Fault]int)}
}

// add adds what a daemon has done.
func (t *tally) add(d *faultdaemon.FaultDaemon, calls, answers int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.connections += int(d.ConnectionCount())
	t.calls += calls
	t.answers += answers
	for fault, n := range d.Fired() {
		t.set[fault] = true
		t.fired[fault] += n
	}
}

// report says what happened, and fails where a subject's faults were not all in
// force.
func (t *tally) report(tb testing.TB) {
	var idle []string
	for fault := range t.set {
		if t.fired[fault] == 0 {
			idle = append(idle, string(fault))
		}
	}
	slices.Sort(idle)
	tb.Logf("%d connections, %d requests recorded, %d replies that were right", t.connections, t.calls, t.answers)
	tb.Logf("%d faults in force, %d acted; not those that only processes can have, nor %s",
		len(t.set), len(t.set)-len(idle), strings.Join(idle, ", "))
	for _, s := range subjects() {
		for _, fault := range s.faults() {
			if !t.set[fault] {
				tb.Errorf("%s never had the fault %s", s.name, fault)
			}
		}
	}
}
