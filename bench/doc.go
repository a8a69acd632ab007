// Package bench measures the toolkit beside others that do the same work, in one
// process: the same client, on the same machine, in turns. It is all tests: make bench
// runs them with -measure, and otherwise each does its work once, to see that it runs.
//
// A [Row] says what is measured and what is to be reached; another is added to the list
// where it belongs, beside those in the files rows_*.go.
package bench
