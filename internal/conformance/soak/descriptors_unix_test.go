//go:build unix

package soak

import "os"

// openDescriptors returns how many descriptors this process has open.
func openDescriptors() int {
	list, err := os.ReadDir("/dev/fd")
	if err != nil {
		panic(err) // every Unix has it
	}
	return len(list)
}
