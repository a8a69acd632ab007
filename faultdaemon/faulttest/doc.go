// Package faulttest is for the tests of those who use a faultdaemon: it runs a
// client under every fault and judges it ([Run], [Judge]), starts daemons that
// end with their test ([Start]), and runs the examples of a catalogue
// ([Examples]), which is what generated table tests call.
package faulttest
