// Command redisfault is the faultdaemon command for clients of Redis.
package main

import (
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/cli"
	"github.com/faultdaemon/toolkit/e2e/fakeredis"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

func main() {
	cli.Main(cli.Tool{Name: "redisfault", Protocols: map[string]faultdaemon.Protocol{"resp": resp.Protocol{}}, Handler: fakeredis.Answer})
}
