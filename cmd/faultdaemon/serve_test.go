package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// served is the daemon that a script has started.
type served struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	pipe   io.Closer // of stdout
	stdout *bufio.Reader
	line   string // the first of stdout
	stderr bytes.Buffer
}

func daemonOf(ts *testscript.TestScript) *served { return ts.Value("served").(*served) }

// serve starts faultdaemon serve and waits for its first line: serve [FLAGS...].
// The addresses are $ADDR1, $ADDR2, ..., and $CONTROL.
func serve(ts *testscript.TestScript, neg bool, args []string) { run(ts, neg, "serve", args) }

// proxy does the same with faultdaemon proxy.
func proxy(ts *testscript.TestScript, neg bool, args []string) { run(ts, neg, "proxy", args) }

// run starts a command that serves.
func run(ts *testscript.TestScript, neg bool, command string, args []string) {
	if neg {
		ts.Fatalf("usage: %s [FLAGS...]", command)
	}
	d := daemonOf(ts)
	*d = served{cmd: exec.Command("faultdaemon", append([]string{command}, args...)...)}
	d.cmd.Dir = ts.MkAbs(".")
	d.cmd.Env = append(os.Environ(), "TMPDIR="+ts.Getenv("TMPDIR"), "GORACE="+ts.Getenv("GORACE"))
	d.cmd.Stderr = &d.stderr
	stdin, err := d.cmd.StdinPipe()
	ts.Check(err)
	stdout, err := d.cmd.StdoutPipe()
	ts.Check(err)
	d.stdin, d.pipe, d.stdout = stdin, stdout, bufio.NewReader(stdout)
	ts.Check(d.cmd.Start())
	process := d.cmd.Process // another may follow in its place
	ts.Defer(func() { _ = process.Kill() })
	if d.line, err = d.stdout.ReadString('\n'); err != nil {
		_ = d.cmd.Wait()
		ts.Fatalf("the daemon did not start: %s", d.stderr.String())
	}
	var line struct {
		Addresses []string
		Control   string
	}
	ts.Check(json.Unmarshal([]byte(d.line), &line))
	for i, address := range line.Addresses {
		ts.Setenv("ADDR"+strconv.Itoa(i+1), address)
	}
	ts.Setenv("CONTROL", line.Control)
}

// end ends the daemon and compares its exit code: end CODE SIGTERM|SIGINT|stdin.
// What it wrote is then in served.out and served.err. With unread, it is to end by
// itself because nobody reads its output any more.
func end(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: end CODE SIGTERM|SIGINT|stdin|unread")
	}
	d := daemonOf(ts)
	switch args[1] {
	case "SIGTERM":
		ts.Check(d.cmd.Process.Signal(syscall.SIGTERM))
	case "SIGINT":
		ts.Check(d.cmd.Process.Signal(os.Interrupt))
	case "unread":
		network, name, _ := strings.Cut(ts.Getenv("ADDR1"), ":")
		conn, err := net.Dial(network, name) // before it may end
		ts.Check(err)
		ts.Check(d.pipe.Close())
		ts.Check(conn.Close()) // which is an event
	case "stdin":
		ts.Check(d.stdin.Close())
	default:
		ts.Fatalf("end by %s?", args[1])
	}
	rest, err := io.ReadAll(d.stdout)
	if args[1] != "unread" {
		ts.Check(err)
	}
	got := 0
	var exit *exec.ExitError
	if err := d.cmd.Wait(); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs("served.out"), append([]byte(d.line), rest...), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("served.err"), d.stderr.Bytes(), 0o600))
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s: %s", got, args[0], d.stderr.String())
	}
}

// block writes a block of code of docs/serve.md to a file: block LANGUAGE FILE.
func block(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: block LANGUAGE FILE")
	}
	page, err := os.ReadFile("../../docs/serve.md")
	ts.Check(err)
	blocks := regexp.MustCompile("(?ms)^```"+regexp.QuoteMeta(args[0])+"\n(.*?)^```$").FindAllSubmatch(page, -1)
	if len(blocks) != 1 {
		ts.Fatalf("docs/serve.md has %d blocks of %s, want 1", len(blocks), args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), blocks[0][1], 0o600))
}

// askOnce sends a line to an address of serve's and prints what comes until a line
// or the stream ends: ask ADDRESS LINE.
func askOnce() {
	network, name, _ := strings.Cut(os.Args[1], ":")
	conn, err := net.Dial(network, name)
	must(err)
	_, err = io.WriteString(conn, os.Args[2]+"\n")
	must(err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(line)
	must(err)
}

// controlOnce sends a request to the API and prints status and reply:
// control METHOD PATH [BODY].
func controlOnce() {
	reply := controlRequest(os.Args[1], os.Args[2], strings.Join(os.Args[3:], ""))
	body, err := io.ReadAll(reply.Body)
	must(err)
	fmt.Printf("%d %s", reply.StatusCode, body)
}

// awaitEvent waits until the daemon has an event that contains a text:
// await TEXT.
func awaitEvent() {
	lines := bufio.NewScanner(controlRequest("GET", "/events?follow", "").Body)
	for lines.Scan() {
		if strings.Contains(lines.Text(), os.Args[1]) {
			return
		}
	}
	must(fmt.Errorf("no event has %s: %v", os.Args[1], lines.Err()))
}

func controlRequest(method, path, body string) *http.Response {
	network, name, _ := strings.Cut(os.Getenv("CONTROL"), ":")
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, name)
	}}}
	request, err := http.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	must(err)
	reply, err := client.Do(request)
	must(err)
	return reply
}
