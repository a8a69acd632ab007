package faultdaemon_test

import (
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A trunk is a listener whose connections know more than bytes, and what was done
// with it, in order.
type trunk struct {
	net.Listener
	begin error // what connections return when they begin
	mu    sync.Mutex
	log   []string
}

func newTrunk(t *testing.T) *trunk {
	t.Helper()
	l, err := net.Listen("unix", faulttest.TempSocket(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() }) // the daemon may have closed it before
	return &trunk{Listener: l}
}

func (l *trunk) note(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, what)
}

func (l *trunk) noted() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.log)
}

func (l *trunk) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &branch{c, l}, nil
}

func (l *trunk) Close() error {
	l.note("listener closed")
	return l.Listener.Close()
}

// A branch is a connection of a trunk. It is not read or written itself.
type branch struct {
	inner net.Conn
	trunk *trunk
}

var errNotCarried = errors.New("the daemon uses the connection, not what it unwraps to")

func (b *branch) Unwrap() net.Conn                 { return b.inner }
func (b *branch) Begin() error                     { b.trunk.note("begin"); return b.trunk.begin }
func (b *branch) Close() error                     { b.trunk.note("closed"); return nil }
func (b *branch) Read([]byte) (int, error)         { return 0, errNotCarried }
func (b *branch) Write([]byte) (int, error)        { return 0, errNotCarried }
func (b *branch) LocalAddr() net.Addr              { return b.inner.LocalAddr() }
func (b *branch) RemoteAddr() net.Addr             { return b.inner.RemoteAddr() }
func (b *branch) SetDeadline(time.Time) error      { return errNotCarried }
func (b *branch) SetReadDeadline(time.Time) error  { return errNotCarried }
func (b *branch) SetWriteDeadline(time.Time) error { return errNotCarried }

// stages is a catalogue with a fault of each stage, which notes that it acts.
func stages(t *testing.T, l *trunk) *faultdaemon.Catalogue {
	t.Helper()
	var infos []faultdaemon.Info
	for _, stage := range []faultdaemon.Stage{faultdaemon.StageAccept, faultdaemon.StageRespond, faultdaemon.StageProcess, faultdaemon.StageListen} {
		infos = append(infos, faultdaemon.Info{Name: "at_" + faultdaemon.Fault(stage), Stage: stage, Do: func(e *faultdaemon.Exchange) error {
			_, isBranch := e.Conn().(*branch)
			if isBranch == (stage == faultdaemon.StageListen) || e.Listener() != net.Listener(l) {
				return errors.New("the step sees another connection or listener")
			}
			l.note(string(stage))
			e.Acted("noted")
			if stage == faultdaemon.StageRespond {
				return faultdaemon.Send(faultdaemon.Response)(e)
			}
			return nil
		}})
	}
	own, err := faultdaemon.NewCatalogue(infos...)
	require.NoError(t, err)
	return own
}

const allStages = "at_listen->at_process->at_accept->at_respond"

func startOn(t *testing.T, l *trunk, plan string) host {
	t.Helper()
	own := stages(t, l)
	p, err := own.ParsePlan(plan)
	require.NoError(t, err)
	d := faultdaemon.New("", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Plan: p})
	require.NoError(t, d.StartOn(l))
	t.Cleanup(d.Stop)
	return host{FaultDaemon: d, t: t, network: "unix", address: l.Addr().String()}
}

func TestStagesActInOrder(t *testing.T) {
	l := newTrunk(t)
	d := startOn(t, l, allStages)
	require.Equal(t, []string{"listen"}, l.noted(), "before StartOn returns")
	for range 2 {
		c := d.client()
		c.exchange("ping\n", "ping\n")
	}
	d.Stop()
	require.Equal(t, []string{
		"listen",
		"process", "begin", "accept", "respond",
		"process", "begin", "accept", "respond",
	}, slices.DeleteFunc(l.noted(), func(s string) bool { return s == "closed" || s == "listener closed" }))
	require.Equal(t, map[faultdaemon.Fault]int{"at_listen": 1, "at_process": 2, "at_accept": 2, "at_respond": 2}, d.Fired())
	closed := 0
	for _, what := range l.noted() {
		if what == "closed" {
			closed++
		}
	}
	require.Equal(t, 2, closed, "each connection is closed when what it unwraps to has ended")
}

// A plan counts processes as it counts connections.
func TestPlansOfEarlyStages(t *testing.T) {
	for plan, want := range map[string][]int{ // which connections the fault of the process stage acts on
		"at_process":          {1, 2, 3, 4},
		"2*at_process":        {1, 2},
		"2/at_process":        {2, 4},
		"1*none->at_process":  {2, 3, 4},
		"1*none->2*at_accept": {},
	} {
		t.Run(plan, func(t *testing.T) {
			l := newTrunk(t)
			d := startOn(t, l, plan)
			got := []int{}
			for n := 1; n <= 4; n++ {
				before := d.Fired()["at_process"]
				c := d.client()
				c.exchange("ping\n", "ping\n")
				if d.Fired()["at_process"] > before {
					got = append(got, n)
				}
			}
			require.Equal(t, want, got)
		})
	}
}

func TestPlansThatEarlyStagesCannotHave(t *testing.T) {
	own := stages(t, newTrunk(t))
	for plan, want := range map[string]string{
		"get:at_process":           "acts before there is a request that could be selected",
		"get:at_listen":            "acts before there is a request that could be selected",
		"at_process->at_process":   "nothing reaches it",
		"at_listen->1*at_listen":   "nothing reaches it",
		"3c*at_process->at_listen": "",
		"at_process->at_listen":    "",
	} {
		_, err := own.ParsePlan(plan)
		if want == "" {
			assert.NoError(t, err, plan)
			continue
		}
		assert.ErrorContains(t, err, want, plan)
	}
}

func TestBeginThatFailsEndsTheConnection(t *testing.T) {
	l := newTrunk(t)
	l.begin = errors.New("the process is gone")
	d := startOn(t, l, allStages)
	d.client().ends("", faultdaemon.EndEOF)
	require.Contains(t, d.event(faultdaemon.EventGone).Detail, "the process is gone")
	d.Stop()
	require.NotContains(t, l.noted(), "accept")
}

func TestStartOnRefusesAndClosesTheListener(t *testing.T) {
	l := newTrunk(t)
	d := faultdaemon.New("", faultdaemon.Config{Fault: "no_such_fault"})
	require.ErrorContains(t, d.StartOn(l), "no_such_fault")
	require.Equal(t, []string{"listener closed"}, l.noted())
	require.Nil(t, d.Addr())
}

func TestStartOnSeveralListeners(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{})
	t.Cleanup(d.Stop)
	require.NoError(t, d.Start())
	var all []*trunk
	for range 2 {
		l := newTrunk(t)
		require.NoError(t, d.StartOn(l))
		c := host{FaultDaemon: d, t: t, network: "unix", address: l.Addr().String()}.client()
		c.exchange("ping\n", "ping\n")
		all = append(all, l)
	}
	d.Stop()
	for _, l := range all {
		require.Contains(t, l.noted(), "listener closed")
	}
	again := newTrunk(t)
	require.NoError(t, d.StartOn(again), "a daemon that has stopped may start again")
}

// A fault of the listen stage that fails leaves a listener that nobody accepts from.
func TestListenStageThatEnds(t *testing.T) {
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "deaf", Stage: faultdaemon.StageListen, Do: func(*faultdaemon.Exchange) error { return faultdaemon.ErrClosed },
	})
	require.NoError(t, err)
	l := newTrunk(t)
	d := faultdaemon.New("", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: "deaf"})
	require.NoError(t, d.StartOn(l))
	conn, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	d.Stop()
	require.Zero(t, d.ConnectionCount())
	require.Equal(t, []string{"listener closed"}, l.noted())
}
