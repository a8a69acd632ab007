package setup

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Bytes is a number of bytes as a flag has it: 65536, 64KiB, 64MiB, 1GiB. It
// is a pflag.Value.
type Bytes int64

// binaryUnits are each 1,024 of the one before.
var binaryUnits = [...]string{"", "KiB", "MiB", "GiB"}

// Set reads a number of bytes, 1 or more.
func (b *Bytes) Set(text string) error {
	number, size := text, int64(1)
	for shift, unit := range binaryUnits {
		if cut, found := strings.CutSuffix(text, unit); found && shift > 0 {
			number, size = strings.TrimSpace(cut), 1<<(10*shift)
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/size {
		return errors.New("want a number of bytes, as in 65536, 64KiB, 64MiB or 1GiB")
	}
	*b = Bytes(n * size)
	return nil
}

// String returns the number with the largest unit that divides it.
func (b *Bytes) String() string {
	n, unit := int64(*b), 0
	for n != 0 && n%1024 == 0 && unit < len(binaryUnits)-1 {
		n, unit = n/1024, unit+1
	}
	return fmt.Sprintf("%d%s", n, binaryUnits[unit])
}

// Type is how help calls it.
func (*Bytes) Type() string { return "bytes" }
