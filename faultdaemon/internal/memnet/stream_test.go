package memnet_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// streamByte is the byte at offset i of the stream that the tests below send.
// Its period is no power of two, so bytes that change places are seen.
func streamByte(i int) byte { return byte(i % 251) }

// FuzzStream sends a stream in writes of the given sizes and takes it in reads
// of other sizes: every byte arrives, in its place. A size is 5*b*b bytes, so
// that the largest exceed Buffer.
func FuzzStream(f *testing.F) {
	f.Add([]byte{1, 2, 3}, []byte{1})
	f.Add([]byte{255, 0, 255, 1}, []byte{255})
	f.Add([]byte{206, 207, 1, 206}, []byte{3, 200, 0, 17})
	f.Add([]byte{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, []byte{40, 4})
	f.Fuzz(testStream)
}

func TestStreamsOfAnySizes(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 1))
		sizes := make([]byte, 2*12)
		for i := range sizes {
			sizes[i] = byte(rng.IntN(256))
		}
		testStream(t, sizes[:12], sizes[12:])
	}
}

func testStream(t *testing.T, writes, reads []byte) {
	const longest = 2 << 20
	a, b := memnet.Pipe()
	sent := make(chan int, 1)
	go func() {
		total := 0
		for _, size := range writes {
			p := make([]byte, min(5*int(size)*int(size), longest-total))
			for i := range p {
				p[i] = streamByte(total + i)
			}
			n, err := a.Write(p)
			total += n
			if n != len(p) || err != nil {
				total = -1 // the reader's count will differ
				break
			}
		}
		sent <- total
		a.Close()
	}()

	got := 0
	for i := 0; ; i++ {
		size := 1
		if len(reads) > 0 {
			size += 5 * int(reads[i%len(reads)]) * int(reads[i%len(reads)])
		}
		if i >= 10_000 {
			size = longest // no need to take all of it byte by byte
		}
		p := make([]byte, size)
		n, err := b.Read(p)
		for j, c := range p[:n] {
			if c != streamByte(got+j) {
				require.Failf(t, "a byte is out of place", "offset %d: want %d, got %d", got+j, streamByte(got+j), c)
			}
		}
		got += n
		if err != nil {
			require.Equal(t, io.EOF, err)
			break
		}
	}
	require.Equal(t, <-sent, got)
}
