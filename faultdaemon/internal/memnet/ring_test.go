package memnet

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The model is a plain slice.
func TestRingIsAQueue(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 0))
		r := ring{limit: Buffer}
		var model []byte
		next := byte(0)
		for range 400 {
			size := rng.IntN(1 << rng.IntN(18))
			if rng.IntN(2) == 0 {
				p := make([]byte, size)
				for i := range p {
					next += 31
					p[i] = next
				}
				n := r.write(p)
				require.Equal(t, min(size, 212992-len(model)), n, "seed %d", seed)
				model = append(model, p[:n]...)
			} else {
				p := make([]byte, size)
				n := r.read(p)
				require.True(t, bytes.Equal(model[:min(size, len(model))], p[:n]), "seed %d", seed)
				model = model[n:]
			}
			require.Equal(t, len(model), r.len(), "seed %d", seed)
			require.Equal(t, 212992-len(model), r.room(), "seed %d", seed)
		}
	}
}

func TestRingIsAsLargeAsItsBytes(t *testing.T) {
	r := ring{limit: Buffer}
	require.Zero(t, cap(r.buf), "a connection that carried nothing holds nothing")
	r.write(make([]byte, 10))
	require.Equal(t, 512, cap(r.buf))
	r.write(make([]byte, 20_000))
	require.Equal(t, 20_010, cap(r.buf))
	r.write(make([]byte, 1<<20))
	require.Equal(t, 212992, cap(r.buf), "never more than it may hold")
}

func TestRingSeldomGrows(t *testing.T) {
	r := ring{limit: Buffer}
	sizes := map[int]bool{}
	for range Buffer {
		r.write([]byte{1})
		sizes[cap(r.buf)] = true
	}
	require.Len(t, sizes, 10, "512 bytes, doubled eight times to 128 KiB, and 208 KiB")
}

func TestRingGivesMemoryBack(t *testing.T) {
	r := ring{limit: Buffer}
	r.write(make([]byte, 200_000))
	r.read(make([]byte, 199_999))
	require.Equal(t, 200_000, cap(r.buf))
	r.read(make([]byte, 1))
	require.Zero(t, cap(r.buf), "a large one, once it is empty")

	r.write(make([]byte, 4096))
	r.read(make([]byte, 4096))
	require.Equal(t, 4096, cap(r.buf), "a small one is used again")
	r.write(make([]byte, 4096))
	require.Equal(t, 4096, cap(r.buf))
	require.Zero(t, r.start, "from its beginning")
}

func TestCloseGivesMemoryBack(t *testing.T) {
	a, b := Pipe()
	a.Write(make([]byte, 5000))
	require.Equal(t, 5000, cap(b.in.buf))
	b.Close()
	require.Zero(t, cap(b.in.buf))
	n, err := a.Write([]byte("x"))
	require.Zero(t, n)
	require.Error(t, err)
	require.Zero(t, cap(b.in.buf))
}
