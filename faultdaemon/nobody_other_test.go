//go:build !unix

package faultdaemon_test

import "testing"

func runAsNobody(t *testing.T) { t.Fatal("there is no root here") }
