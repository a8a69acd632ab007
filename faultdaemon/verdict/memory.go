package verdict

import (
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// maxMemory is the least that Rules.MaxMemory is where it is 0.
const maxMemory = 64 << 20

// grew returns a message if a client took more memory than it may; "" if it did
// not, if it was not measured, or if the fault does not make clients grow.
func (c *Client) grew(info faultdaemon.Info, o Observation) string {
	limit := c.MaxMemory
	if limit == 0 {
		limit = max(maxMemory, 2*c.memory) // what a runtime frees late is a share of what it has
	}
	more := o.Memory - c.memory
	if !info.Unbounded || o.Memory == 0 || more <= limit {
		return ""
	}
	return fmt.Sprintf("it took %s more than when healthy; %s are allowed", Bytes(more), Bytes(limit))
}

// Bytes formats a size: "17 B", "16.0 MiB".
func Bytes(n int64) string {
	const unit = 1 << 10
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	size, units := float64(n)/unit, "KMGTPE"
	for size >= unit && len(units) > 1 {
		size, units = size/unit, units[1:]
	}
	return fmt.Sprintf("%.1f %ciB", size, units[0])
}
