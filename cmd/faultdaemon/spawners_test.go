package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// spawner spawns its server, asks it for a pong, and ends it. Its flags say how it
// is told what to spawn, and what it does wrong.
func spawner() {
	config := flag.String("config", "", "read the command from this file")
	shell := flag.Bool("shell", false, "the command is one for a shell")
	leave := flag.Bool("leave", false, "do not end the server, and give it a session of its own")
	interrupt := flag.Bool("interrupt", false, "interrupt the check at the first error, and hang")
	wait := flag.Duration("wait", patience/2, "how long to wait for the answer")
	flag.Parse()
	command := serverCommand(*config, *shell)
	server := exec.Command(command[0], command[1:]...)
	if *leave {
		server.SysProcAttr = ownSession()
		server.Env = []string{"PATH=" + os.Getenv("PATH")}
	}
	answer, err := askServer(server, *wait, !*leave)
	if err != nil && *interrupt {
		parent, _ := os.FindProcess(os.Getppid())
		must(parent.Signal(os.Interrupt))
		select {}
	}
	must(err)
	fmt.Println(answer)
}

func serverCommand(config string, shell bool) (command []string) {
	text := []byte(flag.Arg(0))
	if config != "" {
		var err error
		text, err = os.ReadFile(config)
		must(err)
	}
	if shell {
		return []string{"sh", "-c", "exec " + string(text)}
	}
	must(json.Unmarshal(text, &command))
	return command
}

// askServer starts the server, makes one exchange within the client's patience and,
// if it is to, ends the server.
func askServer(server *exec.Cmd, patience time.Duration, end bool) (answer string, err error) {
	var said strings.Builder
	server.Stderr, server.WaitDelay = &said, 10*time.Millisecond
	stdin, err := server.StdinPipe()
	must(err)
	stdout, err := server.StdoutPipe()
	must(err)
	if err := server.Start(); err != nil {
		return "", err
	}
	answered := make(chan error, 1)
	go func() {
		_, err := io.WriteString(stdin, "ping\n")
		if err == nil {
			answer, err = pong(bufio.NewReaderSize(stdout, 4<<10))
		}
		answered <- err
	}()
	late := time.NewTimer(patience)
	defer late.Stop()
	ended := make(chan struct{})
	go func() {
		_ = server.Wait() // no longer than WaitDelay for who holds the pipes
		close(ended)
	}()
	select {
	case err = <-answered:
	case <-ended:
		err = errors.New("the server has ended")
	case <-late.C:
		err = errors.New("no answer in time")
	}
	if end {
		_ = server.Process.Kill()
		<-ended
	}
	if err != nil && end {
		err = fmt.Errorf("%w; its stderr: %.200q", err, said.String())
	}
	return answer, err
}
