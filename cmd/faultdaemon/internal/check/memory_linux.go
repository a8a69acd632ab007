package check

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// sampling is how often the memory of a client is looked at.
const sampling = 10 * time.Millisecond

// watchMemory begins to look at the resident memory of a process. The function
// that it returns ends that and returns the highest value in bytes. What the
// kernel says at the process's end is higher where the peak was short, but it
// counts from what this process itself had when it started the other.
func watchMemory(pid int) func(*os.ProcessState) int64 {
	stop, peak := make(chan struct{}), make(chan int64, 1)
	go func() { // ends when the returned function is called
		highest := int64(0)
		tick := time.NewTicker(sampling)
		defer tick.Stop()
		for {
			highest = max(highest, highWater(pid))
			select {
			case <-tick.C:
			case <-stop:
				peak <- highest
				return
			}
		}
	}()
	return func(state *os.ProcessState) int64 {
		close(stop)
		highest := <-peak
		if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
			if atEnd := int64(usage.Maxrss) << 10; atEnd > highWater(os.Getpid()) {
				highest = max(highest, atEnd)
			}
		}
		return highest
	}
}

// highWater is the highest resident size of a process so far, in bytes; 0 where
// it has ended.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, found := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if !found || len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(fields[0]), 10, 64) // digits
	return kilobytes << 10
}
