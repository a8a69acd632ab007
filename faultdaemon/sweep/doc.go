// Package sweep damages the replies of a daemon at every byte, one byte per
// run, and joins the results of neighbouring bytes.
//
// It lists the offsets, and says for each kind of damage which fault does it
// and what is expected of a client there. A runner runs the client.
package sweep
