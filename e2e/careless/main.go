// Command careless lists the notes of a notes daemon, and does most of what a
// client should not: it takes what came of a reply for all of it, what is no JSON
// for no notes and, with -trusting, waits for ever and takes the first note for
// granted.
//
//	careless [-trusting] SOCKET
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	trusting := flag.Bool("trusting", false, "have no timeout and expect a note")
	flag.Parse()
	notes, err := list(flag.Arg(0), *trusting)
	if err != nil {
		fmt.Fprintln(os.Stderr, "careless:", err)
		os.Exit(1)
	}
	if *trusting {
		fmt.Println("first:", notes[0])
	}
	for _, note := range notes {
		fmt.Println(note)
	}
}

func list(socket string, trusting bool) ([]string, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	if !trusting {
		if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
			return nil, err
		}
	}
	if _, err := fmt.Fprintln(conn, `{"id":1,"type":"list"}`); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(conn).ReadBytes('\n')
	if len(line) == 0 {
		return nil, err
	}
	var reply struct{ Notes []string }
	_ = json.Unmarshal(line, &reply) // carelessly
	return reply.Notes, nil
}
