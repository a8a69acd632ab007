//go:build !unix

package faultdaemon_test

import "os"

func inodeOf(info os.FileInfo) uint64 { return 0 }
