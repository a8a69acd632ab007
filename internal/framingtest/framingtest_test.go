package framingtest_test

import (
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
)

func TestLines(t *testing.T) { framingtest.Run(t, faultdaemon.Lines) }
