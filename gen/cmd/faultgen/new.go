package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/faultdaemon/toolkit/gen"
)

// newFault is the command "faultgen new NAME [-spec DIR]". The flag may stand
// on either side of the name.
func newFault(args []string) {
	var o gen.Options
	flags := flag.NewFlagSet("faultgen new", flag.ExitOnError)
	flags.StringVar(&o.Spec, "spec", ".", "`DIR` of the package with the entries")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: faultgen new NAME [-spec DIR]")
		flags.PrintDefaults()
	}
	_ = flags.Parse(args) // it exits
	name := flags.Arg(0)
	if flags.NArg() > 0 {
		_ = flags.Parse(flags.Args()[1:])
	}
	if name == "" || flags.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "faultgen new: want one name")
		flags.Usage()
		os.Exit(2)
	}
	at, err := gen.New(o, name)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faultgen:", err)
		os.Exit(1)
	}
	fmt.Printf("%s: %s is new: fill in what says TODO, then run go generate\n", at, name)
}
