package check

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// What only processes do begins first: it hangs clients most often.
func TestStartOrder(t *testing.T) {
	cases := []verdict.Case{
		{Fault: faultdaemon.FaultSlowAccept}, {Fault: faultdaemon.FaultInvalidJSON},
		{Fault: stdio.FaultExitAtStart}, {Fault: stdio.FaultClosesStdin},
	}
	assert.Equal(t, []int{3, 2, 0, 1}, startOrder(cases))
}
