package main

// bugs are what can be wrong with the client, each below the faults that show it.
var bugs = map[string]string{
	// exit_at_start
	"handshake_unguarded": "uses the reply to the handshake without asking whether there is one",
	// not_found, not_executable
	"start_error_unhandled": "does not expect that the server cannot be started",
	// not_executable
	"only_enoent_handled": "expects a server that is not there, but not one that may not be executed",
	// slow_start
	"handshake_optional": "calls without a handshake after a quarter of its patience, and takes any reply for that of the call",
	// never_ready
	"no_start_deadline": "waits for the handshake for ever",
	// exit_mid_call
	"status_0_is_success": "takes exit status 0 for an empty answer",
	// exit_mid_call, killed_mid_call
	"partial_is_answer": "takes what came before the end of stdout for the answer",
	// killed_mid_call
	"signal_is_success": "takes every status that is not above 0 for success, and a signal makes it -1",
	// dirty_stdout
	"any_line_is_reply":     "takes the next line on stdout for the reply",
	"parse_error_unhandled": "does not expect that a line on stdout is no JSON",
	// stderr_flood
	"stderr_not_drained": "has a pipe for stderr and does not read it",
	// stderr_binary
	"stderr_strict_utf8": "keeps stderr as UTF-8, and an error there is one of the call",
	// stderr_endless_line
	"stderr_line_limit": "reads stderr by lines with a bufio.Scanner, and no more of it after one of 64 KiB",
	// closes_stdin
	"write_error_unhandled": "does not expect that it cannot write",
	// closes_stdout
	"eof_waits_for_exit": "waits for the exit status for ever when stdout ends",
	// closes_stderr
	"stderr_eof_is_death": "takes the end of stderr for that of the server",
	// stdin_not_read
	"no_write_deadline": "writes for as long as it takes",
	// ignores_eof
	"close_waits":  "closes stdin and waits for the exit for ever",
	"close_leaves": "closes stdin and waits for nothing",
	// ignores_sigterm
	"sigterm_waits":  "sends SIGTERM and waits for the exit for ever",
	"sigterm_leaves": "sends SIGTERM and waits for nothing",
	// child_holds_pipes
	"exit_waits_for_pipes": "waits for the end of stdout for ever when the server has exited, as Cmd.Wait does with a Writer",
	// restart_gap
	"restarts_at_once": "starts a server that ends again and again, without a pause",
	// crlf_stdout
	"keeps_cr": "prints the line of the reply as it is, but for its newline",
}
