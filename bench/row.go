package bench

import "time"

// A Row is one line of the table: some work, what it costs the toolkit, and what it
// costs those that it is compared with.
type Row struct {
	Work    string
	Unit    Unit
	Rounds  int // that every side does, in turns with the others
	Subject Side
	Peers   []Peer
	Most    float64  // that the subject's own figure may be, in Unit; 0 for any
	Allocs  *float64 // that an operation of the subject may make; nil for any number
	Reason  string   // why it costs more than it may, where it does
}

// A Peer is somebody else who does the same work.
type Peer struct {
	Name  string
	Side  Side
	Reach float64 // what the subject may cost, in units of what the peer costs
}

// A Side gets ready to do the work of a row, and returns what does one round of it.
// What it has opened ends with the setup.
type Side func(*Setup) (Round, error)

// A Round does the work once and returns what one operation of it has cost.
type Round func() (Cost, error)

// A Cost is what one operation costs: time, or whatever else the row is about.
type Cost struct {
	Value  float64 // in the row's unit
	Allocs float64 // of the whole process, client and server
}

// timed returns a round of n operations, which cost time.
func timed(n int, operations func(n int) error) Round {
	return func() (Cost, error) {
		before := mallocs()
		start := time.Now()
		err := operations(n)
		spent := time.Since(start)
		return Cost{
			Value:  float64(spent) / float64(n),
			Allocs: float64(mallocs()-before) / float64(n),
		}, err
	}
}

// repeat returns a round that does one operation n times.
func repeat(n int, operation func() error) Round {
	return timed(n, func(n int) error {
		for range n {
			if err := operation(); err != nil {
				return err
			}
		}
		return nil
	})
}

// added returns what a side costs more than another: what a relay adds to the way
// without it.
func added(side, direct Side) Side {
	return func(s *Setup) (Round, error) {
		with, err := side(s)
		if err != nil {
			return nil, err
		}
		without, err := direct(s)
		if err != nil {
			return nil, err
		}
		return func() (Cost, error) {
			a, err := with()
			if err != nil {
				return a, err
			}
			b, err := without()
			return Cost{Value: a.Value - b.Value, Allocs: a.Allocs - b.Allocs}, err
		}, nil
	}
}
