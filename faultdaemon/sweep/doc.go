// Package sweep damages the replies of a daemon at every byte, one byte a run,
// and joins the results of neighbouring bytes.
//
// It says which offsets there are, what each kind of damage is as a fault, and
// what is expected of a client there; a runner runs the client.
package sweep
