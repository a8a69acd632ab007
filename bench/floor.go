package bench

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
)

// The floors: the least code that does the same, which writes once per message.

// echoLines sends every line back.
func echoLines(conn net.Conn) {
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if _, err := conn.Write(line); err != nil {
			return
		}
	}
}

// echoFrames sends every message back that begins with its length, in four bytes.
func echoFrames(conn net.Conn) {
	message := make([]byte, 4)
	for r := bufio.NewReader(conn); ; {
		if _, err := io.ReadFull(r, message[:4]); err != nil {
			return
		}
		size := 4 + int(binary.BigEndian.Uint32(message))
		if size > cap(message) {
			message = append(make([]byte, 0, size), message[:4]...)
		}
		message = message[:size]
		if _, err := io.ReadFull(r, message[4:]); err != nil {
			return
		}
		if _, err := conn.Write(message); err != nil {
			return
		}
	}
}

// answerByHand answers calls as somebody would who has nothing but package json.
func answerByHand(conn net.Conn) {
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		var call struct {
			JSONRPC string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Method  string          `json:"method"`
			Params  json.RawMessage `json:"params"`
		}
		if err := json.Unmarshal(line, &call); err != nil || call.JSONRPC != "2.0" || call.Method != "status" {
			return
		}
		text, err := json.Marshal(struct {
			JSONRPC string          `json:"jsonrpc"`
			Result  any             `json:"result"`
			ID      json.RawMessage `json:"id"`
		}{"2.0", "ok", call.ID})
		if err != nil {
			return
		}
		if _, err := conn.Write(append(text, '\n')); err != nil {
			return
		}
	}
}

// park reads until the client goes away.
func park(conn net.Conn) {
	var p [1]byte
	_, _ = conn.Read(p[:])
}
