// Package toolkit is the root of the module: it holds every go:generate
// directive of the project, one for each catalogue of faults.
//
// The daemon is package faultdaemon; the README says where to start.
package toolkit

//go:generate go run ./gen/cmd/faultgen -spec ./gen/catalogue -out ./faultdaemon -docs docs/faults.md -table README.md
//go:generate go run ./gen/cmd/faultgen -spec ./gen/catalogue/process -out ./faultdaemon/stdio -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./gen/catalogue/listen -out ./faultdaemon/listen -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./gen/catalogue/relay -out ./relay -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./protocols/lengthprefix -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./protocols/ndjson -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./protocols/jsonrpc -docs docs/faults.md
//go:generate go run ./gen/cmd/faultgen -spec ./examples/kv/kvfault -docs examples/kv/FAULTS.md
