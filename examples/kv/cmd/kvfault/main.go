// Command kvfault is the faultdaemon command for clients of a kvd: it knows the
// protocol and its faults, and replies as a kvd does that holds colour=red.
//
//	kvfault check -- kv -socket {socket} get colour
//	kvfault explain kv_stale_read
package main

import (
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/cli"
	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

func main() {
	cli.Main(cli.Tool{
		Name:      "kvfault",
		Protocols: map[string]faultdaemon.Protocol{"kv": kvfault.KV{}},
		Handler:   answer,
	})
}
