// Command faultdaemon runs a daemon that misbehaves on purpose against client
// programs, in any language.
//
//	faultdaemon check -- ./client --socket {socket} list
//
// runs a client under every fault and judges it: see faultdaemon check --help.
package main

import "github.com/faultdaemon/toolkit/cmd/faultdaemon/cli"

func main() { cli.Main(cli.Tool{}) }
