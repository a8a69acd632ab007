// Package catalogue is the catalogue of the faults that make sense on every
// protocol: one entry, one fault. What is generated from it is
// faultdaemon/faults_gen.go, its table test, docs/faults.md and the table in
// README.md; run go generate ./... after a change.
//
// Entries stand in the order in which they are shown.
package catalogue
