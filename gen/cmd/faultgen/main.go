// Faultgen generates Go, table tests and documentation from a catalogue of
// faults.
//
// A catalogue is written as Go data in a package of one's own:
//
//	package kv
//
//	var _ = spec.Catalogue{Prefix: "kv", Protocol: Protocol}
//
//	var _ = spec.Faults{
//		{
//			Name:    "wrong_shard",
//			Stage:   spec.Respond,
//			Summary: "answers that the key belongs to another shard.",
//			Tests:   "that the client asks the shard that it is sent to.",
//			Client:  spec.Rejects,
//			Do:      faultdaemon.Send(faultdaemon.Literal("MOVED 7\n")),
//			Examples: []spec.Example{
//				{Send: "get a\n", Reply: "1\n", Got: "MOVED 7\n", Then: spec.Open},
//			},
//		},
//	}
//
// With a directive beside it,
//
//	//go:generate go tool faultgen -docs FAULTS.md
//
// go generate writes into the same package
//
//	faults_gen.go       const FaultWrongShard faultdaemon.Fault = "kv_wrong_shard"
//	                    and var Faults, the catalogue, for Config.Catalogues
//	faults_gen_test.go  TestFaults: every example, run against a daemon
//	FAULTS.md           the reference, a picture of the wire for every example
//
// The entries are read as syntax and never run: the package need not compile
// yet, and everything but Do is made of constants. Whatever is wrong with them
// is reported at once, as file:line:column: message, and nothing is written.
//
// Usage:
//
//	faultgen [flags]
//	faultgen new NAME [-spec DIR]
//
// The second form appends an entry to the package in DIR, in which everything
// that needs thought says TODO; until none is left, faultgen reports where.
//
// The flags are:
//
//	-spec DIR
//		the package with the entries (default ".")
//	-out DIR
//		the package to write to (default: that of -spec)
//	-docs FILE
//		the Markdown file that the reference goes into: between its markers
//		"BEGIN faults NAME" and "END faults NAME", NAME being the prefix, or
//		at its end
//	-table FILE
//		the Markdown file that a table of the faults goes into, between
//		markers "BEGIN fault-table NAME" and "END fault-table NAME"
//	-test=false
//		write no table test
//	-check
//		write nothing; list the files that are out of date
//
// The exit status is 0 on success, 1 when entries are wrong or files are out
// of date, 2 when the command line is.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/faultdaemon/toolkit/gen"
)

func main() {
	debug.SetGCPercent(400) // a run is short, and most of what it makes is needed to its end
	if len(os.Args) > 1 && os.Args[1] == "new" {
		newFault(os.Args[2:])
		return
	}
	var o gen.Options
	flag.StringVar(&o.Spec, "spec", ".", "`DIR` of the package with the entries")
	flag.StringVar(&o.Out, "out", "", "`DIR` of the package to write to (default: that of -spec)")
	flag.StringVar(&o.Docs, "docs", "", "Markdown `FILE` that the reference goes into")
	flag.StringVar(&o.Table, "table", "", "Markdown `FILE` that a table of the faults goes into")
	test := flag.Bool("test", true, "write the table test")
	flag.BoolVar(&o.Check, "check", false, "write nothing; list the files that are out of date")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "usage: faultgen [flags]\n       faultgen new NAME [-spec DIR]\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "faultgen: unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	o.NoTest = !*test
	if err := gen.Run(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
