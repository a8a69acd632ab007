// Command redisfault is the faultdaemon command for clients of Redis.
package main

import (
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/cli"
	"github.com/faultdaemon/toolkit/e2e/resp"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

func main() {
	cli.Main(cli.Tool{Name: "redisfault", Protocols: map[string]faultdaemon.Protocol{"resp": resp.RESP{}}, Handler: resp.Answer})
}
