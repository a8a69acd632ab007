package relay

import (
	"math/rand/v2"
	"sync"
	"time"
)

// chance is a source of chance that two goroutines share.
type chance struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func newChance(r *rand.Rand) *chance { return &chance{rand: r} }

// upTo returns a duration between 0 and most, all equally likely.
func (c *chance) upTo(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.rand.Int64N(int64(most) + 1))
}
