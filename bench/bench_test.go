package bench

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	full    = flag.Bool("measure", false, "measure, and do not only see that it runs")
	write   = flag.Bool("write", false, "write what was measured into docs/performance.md")
	date    = flag.String("date", time.Now().Format(time.DateOnly), "what the page says of the date")
	machine = flag.String("machine", thisMachine(), "what the page says of the machine")
)

// TestTable measures every row and prints the table. A row that misses what it is to
// reach says so there and fails nothing: on another machine, or a busy one, it may.
func TestTable(t *testing.T) {
	p := page{date: *date, machine: *machine}
	for _, row := range rows() {
		t.Run(row.Work, func(t *testing.T) {
			result := measure(t, row, !*full)
			require.NoError(t, result.Err)
			for _, c := range result.Peers {
				require.NoError(t, c.Err, c.Peer.Name)
			}
			p.results = append(p.results, result)
			t.Log("\n" + table([]Result{result})) // what a run that is cut short has to show
		})
	}
	if *full {
		fmt.Print("\n", table(p.results))
	}
	for _, g := range growthList() {
		t.Run(g.Work+" with "+g.With, func(t *testing.T) {
			grown, err := measureGrowth(t, g, !*full)
			require.NoError(t, err)
			p.grown = append(p.grown, grown)
		})
	}
	if *full && len(p.grown) > 0 {
		fmt.Print("\n", growthTable(p.grown))
	}
	if *write && !t.Failed() {
		require.NoError(t, writePage("..", p))
	}
}

// What is written replaces what stands between the markers, and nothing else.
func TestThePageKeepsWhatIsAroundTheTable(t *testing.T) {
	got, err := between("before\n"+begin+"old\n"+end+"behind\n", "new\n")
	require.NoError(t, err)
	require.Equal(t, "before\n"+begin+"new\n"+end+"behind\n", got)

	for _, page := range []string{"", begin, end, end + begin} {
		_, err := between(page, "new\n")
		require.Error(t, err, "%q", page)
	}
}

func TestThePageHasItsMarkers(t *testing.T) {
	text, err := os.ReadFile("../docs/performance.md")
	require.NoError(t, err)
	_, err = between(string(text), "")
	require.NoError(t, err)
}

func TestSpread(t *testing.T) {
	require.Equal(t, Spread{3, 1, 9}, spread([]float64{9, 1, 3}))
	require.Equal(t, Spread{2.5, 1, 9}, spread([]float64{9, 1, 3, 2}))
}

func TestFormat(t *testing.T) {
	for cost, want := range map[float64]string{0.5: "0.50 ns", 999: "999 ns", 12_345: "12.3 µs", 999_900: "1.00 ms", 61e9: "61.0 s"} {
		require.Equal(t, want, Time.format(cost))
	}
	require.Equal(t, "2.50 KiB", Bytes.format(2560))
}

// The remark is about the median, and about allocations beside it.
func TestRemarks(t *testing.T) {
	row := Row{Work: "work", Unit: Time, Allocs: new(0.0), Reason: "of the reason"}
	peer := Peer{Name: "peer", Reach: 1.5}
	remark := func(ratio, allocs float64) string {
		r := Result{Row: row, Subject: Figures{Allocs: allocs}, Peers: []Comparison{{Peer: peer, Ratio: Spread{ratio, 1, 9}}}}
		cells := r.lines()[0]
		return cells[len(cells)-1]
	}
	require.Equal(t, "reached", remark(1.5, 0.1))
	require.Equal(t, "missed: of the reason", remark(1.51, 0))
	require.Equal(t, "missed: of the reason", remark(1.5, 1))
}
