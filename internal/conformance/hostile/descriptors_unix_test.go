//go:build unix

package hostile

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// limitedSocket is where a process of TestDescriptorLimit's listens.
const limitedSocket = "FAULTDAEMON_LIMITED_SOCKET"

// descriptors is how many that process may have.
const descriptors = 32

// TestMain makes this binary the daemon with few descriptors, where it is told to.
func TestMain(m *testing.M) {
	if path := os.Getenv(limitedSocket); path != "" {
		if err := serveLimited(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveLimited serves with few descriptors until stdin ends. At each line of it, it
// writes the errors that there were.
func serveLimited(path string) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = descriptors
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	d := faultdaemon.New(path, faultdaemon.Config{})
	if err := d.Start(); err != nil {
		return err
	}
	defer d.Stop()
	out := json.NewEncoder(os.Stdout)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var errs []faultdaemon.Event
		for _, ev := range d.Events() {
			if ev.Kind == faultdaemon.EventError {
				errs = append(errs, ev)
			}
		}
		if err := out.Encode(errs); err != nil {
			return err
		}
	}
	return nil
}

// A daemon that is out of descriptors serves the connections that it has, tries
// again ever more seldom, and accepts again when there are some.
func TestDescriptorLimit(t *testing.T) {
	path := faulttest.TempSocket(t)
	self, err := os.Executable()
	require.NoError(t, err)
	daemon := exec.Command(self)
	daemon.Env = append(os.Environ(), limitedSocket+"="+path)
	daemon.Stderr = os.Stderr
	in, err := daemon.StdinPipe()
	require.NoError(t, err)
	out, err := daemon.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, daemon.Start())
	replies := json.NewDecoder(out)
	errors := func() (list []faultdaemon.Event) {
		_, err := in.Write([]byte("\n"))
		require.NoError(t, err)
		require.NoError(t, replies.Decode(&list))
		return list
	}
	errors() // it has started

	var conns []net.Conn
	for range 2 * descriptors {
		conn, err := net.Dial("unix", path)
		require.NoError(t, err)
		conns = append(conns, conn)
	}
	eventually(t, func() bool { return len(errors()) >= 4 })
	isServed(t, conns[0])
	for _, conn := range conns {
		require.NoError(t, conn.Close())
	}
	conn, err := net.Dial("unix", path)
	require.NoError(t, err)
	isServed(t, conn)
	require.NoError(t, conn.Close())
	isPatient(t, errors())
	require.NoError(t, in.Close())
	require.NoError(t, daemon.Wait())
}

// isPatient holds that the pause before each further error is twice as long as the
// one before it, from 5 ms to one second. It may be longer.
func isPatient(t *testing.T, errors []faultdaemon.Event) {
	t.Helper()
	pause := 5 * time.Millisecond
	for i, ev := range errors {
		require.Contains(t, ev.Detail, syscall.EMFILE.Error())
		if i > 0 {
			require.GreaterOrEqual(t, ev.Time.Sub(errors[i-1].Time), pause)
			pause = min(2*pause, time.Second)
		}
	}
}
