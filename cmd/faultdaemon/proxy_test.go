package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/relay"
)

// started starts a command that serves, and returns its first address as network and
// name. The command ends with the test.
func started(t *testing.T, args ...string) (network, name string) {
	t.Helper()
	cmd := exec.Command("faultdaemon", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		require.NoError(t, cmd.Wait(), stderr.String())
	})
	first, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err, "it did not start: %s", &stderr)
	var line struct{ Addresses []string }
	require.NoError(t, json.Unmarshal(first, &line))
	network, name, _ = strings.Cut(line.Addresses[0], ":")
	return network, name
}

// shortDir returns a directory whose path is short enough for sockets.
func shortDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// noise returns bytes that are always the same: of every value, of no protocol.
func noise(seed uint64, n int) []byte {
	chance, b := rand.New(rand.NewPCG(seed, 0)), make([]byte, n)
	for i := range b {
		b[i] = byte(chance.Uint32())
	}
	return b
}

// writeSide is a connection whose write side can be shut.
type writeSide interface {
	net.Conn
	CloseWrite() error
}

// converse sends all, shuts the write side, and returns all that comes.
func converse(t *testing.T, conn net.Conn, all []byte) []byte {
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(all)
		if err == nil {
			err = conn.(writeSide).CloseWrite()
		}
		sent <- err
	}()
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.NoError(t, <-sent)
	return got
}

// A recording for Wireshark is a capture that a reader of them reads.
func TestProxyRecordsPackets(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be told to end here")
	}
	record := filepath.Join(t.TempDir(), "said.pcapng")
	front, name := started(t, "proxy", "--quiet", "--listen", "unix:"+filepath.Join(shortDir(t), "s"), "--record", record, "--", "cat")
	conn, err := net.Dial(front, name)
	require.NoError(t, err)
	defer conn.Close()
	require.Equal(t, "ping\n", string(converse(t, conn, []byte("ping\n"))))

	file, err := os.Open(record)
	require.NoError(t, err)
	defer file.Close()
	r, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	packets := 0
	said := map[layers.TCPPort]string{}
	for {
		data, _, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		tcp := gopacket.NewPacket(data, layers.LayerTypeIPv4, gopacket.Default).Layer(layers.LayerTypeTCP).(*layers.TCP)
		said[tcp.SrcPort] += string(tcp.Payload)
		packets++
	}
	require.Equal(t, map[layers.TCPPort]string{49152: "ping\n", 47000: "ping\n"}, said)
	require.Greater(t, packets, 5)
}

// What is healthy passes byte for byte, both ways at once, whatever it is.
func TestProxyPassesEverything(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be told to end here")
	}
	up, down := noise(1, 3<<20), noise(2, 5<<20)
	for _, protocol := range []string{"lines", "jsonrpc", "jsonrpc-headers", "length-prefix:kafka"} {
		for network, at := range map[string]string{"unix": filepath.Join(shortDir(t), "real"), "tcp": "127.0.0.1:0"} {
			t.Run(protocol+" "+network, func(t *testing.T) {
				l, err := net.Listen(network, at)
				require.NoError(t, err)
				defer l.Close()
				listen := network + ":127.0.0.1:0"
				if network == "unix" {
					listen = "unix:" + filepath.Join(shortDir(t), "s")
				}
				record := filepath.Join(t.TempDir(), "said")
				front, name := started(t, "proxy", "--listen", listen, "--upstream", network+":"+l.Addr().String(),
					"--protocol", protocol, "--record", record)
				conn, err := net.Dial(front, name)
				require.NoError(t, err)
				defer conn.Close()
				arrived := make(chan []byte, 1)
				go func() {
					real, err := l.Accept()
					if err != nil {
						close(arrived)
						return
					}
					defer real.Close()
					arrived <- converse(t, real, down)
				}()
				require.True(t, bytes.Equal(down, converse(t, conn, up)), "what the client reads is what was sent")
				require.True(t, bytes.Equal(up, <-arrived), "what the real daemon reads is what was sent")

				if protocol == "jsonrpc" {
					return // blank lines are part of no message, and not recorded
				}
				file, err := os.Open(record)
				require.NoError(t, err)
				defer file.Close()
				said, err := relay.ReadTranscript(file)
				require.NoError(t, err)
				recorded := map[string][]byte{}
				for _, m := range said.Messages {
					recorded[string(m.Direction)] = append(recorded[string(m.Direction)], m.Data...)
				}
				require.True(t, bytes.Equal(up, recorded["->"]), "the recording has what the client sent")
				require.True(t, bytes.Equal(down, recorded["<-"]), "the recording has what the real daemon sent")
			})
		}
	}
}

// A program gets what a client sends, and the end of it, and answers through its stdout.
func TestProxyPassesEverythingToAProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be told to end here")
	}
	for _, upstream := range [][]string{{"--upstream", "exec:cat"}, {"--", "sh", "-c", "cat"}} {
		front, name := started(t, append([]string{"proxy", "--quiet", "--listen", "unix:" + filepath.Join(shortDir(t), "s")}, upstream...)...)
		conn, err := net.Dial(front, name)
		require.NoError(t, err)
		defer conn.Close()
		up := noise(3, 3<<20)
		require.True(t, bytes.Equal(up, converse(t, conn, up)))
	}
}

// Behind another faultdaemon, every reply is the one that it makes without a proxy.
func TestProxyBeforeAnotherDaemon(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be told to end here")
	}
	real, at := started(t, "serve", "--listen", "tcp:127.0.0.1:0", "--protocol", "jsonrpc-headers")
	front, name := started(t, "proxy", "--quiet", "--listen", "unix:"+filepath.Join(shortDir(t), "s"), "--upstream", real+":"+at, "--protocol", "jsonrpc-headers")
	var requests bytes.Buffer
	for i := range 1000 {
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": i, "method": "m", "params": []string{strings.Repeat("x", i)}})
		require.NoError(t, err)
		_, _ = requests.WriteString("Content-Length: " + jsonOf(t, len(body)) + "\r\n\r\n" + string(body))
	}
	var replies [2][]byte
	for i, to := range [2][2]string{{real, at}, {front, name}} {
		conn, err := net.Dial(to[0], to[1])
		require.NoError(t, err)
		defer conn.Close()
		replies[i] = converse(t, conn, requests.Bytes())
	}
	require.Greater(t, len(replies[0]), 500_000)
	require.Equal(t, string(replies[0]), string(replies[1]))
}

func jsonOf(t *testing.T, value any) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
