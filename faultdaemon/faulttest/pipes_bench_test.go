package faulttest_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// An exchange over pipes, in turns with one on the connection that they are
// made of.
func BenchmarkPipes(b *testing.B) {
	d := faultdaemon.New("", faultdaemon.Config{})
	require.NoError(b, d.Start())
	defer d.Stop()
	conn, err := d.Dial(b.Context())
	require.NoError(b, err)
	stdio, err := faulttest.Pipes(b.Context(), d.Dial)
	require.NoError(b, err)
	request, buf := []byte("ping\n"), make([]byte, 64)
	exchange := func(w io.Writer, r io.Reader) {
		if _, err := w.Write(request); err != nil {
			b.Fatal(err)
		}
		if n, err := r.Read(buf); n != len(request) || err != nil {
			b.Fatal(n, err)
		}
	}
	var spent [2]time.Duration
	rounds := 0
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		exchange(conn, conn)
		middle := time.Now()
		exchange(stdio.Stdin, stdio.Stdout)
		spent[0] += middle.Sub(start)
		spent[1] += time.Since(middle)
		rounds++
	}
	b.ReportMetric(float64(spent[0])/float64(rounds), "connection-ns/op")
	b.ReportMetric(float64(spent[1])/float64(rounds), "pipes-ns/op")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "ratio")
	b.ReportMetric(0, "ns/op")
}
