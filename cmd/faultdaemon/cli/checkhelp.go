package cli

const checkHelp = `Check runs a client program against a healthy daemon, then against one that
misbehaves, once for every fault, and judges each run by the client's exit
status, its output and the time it takes.

Every run has a daemon of its own, on a fresh Unix socket or, with --listen tcp,
on a port of the loopback interface. In the client's arguments and in --env,
these stand for its address; the environment has them, too:

  {socket}               the socket's path           FAULTDAEMON_SOCKET
  {dir}                  the socket's directory      FAULTDAEMON_DIR
  {addr} {host} {port}   host:port, and its parts    FAULTDAEMON_ADDR

A client that spawns its server, and speaks over its stdin and stdout, is told to spawn
"faultdaemon stdio", and is put through the faults of processes, too. It is given that
command in its arguments, in --env, or in a file of --write-config:

  {server}               for a POSIX shell, as one word: "/bin/faultdaemon stdio --socket=..."
  {server-json}          a JSON array: ["/bin/faultdaemon","stdio","--socket=..."]
  {server-program} {server-args-json}        its first word, and the array of the others

A client that starts its daemon itself when it finds none is given a command for that,
{launch} for a POSIX shell or {launch-json}: the daemon listens when it returns, and
where one is alive it fails, as a second daemon does.

With --session one process of the client lives through each fault: it reads the number
of a call from stdin, a line, makes that call, and answers with a line on stdout, "ok"
and the answer or "error" and a text. Calls come before the fault, during it, and when
the daemon is healthy again, until one succeeds within --recover. Answers have to differ
from call to call. When stdin ends, so does the client; its exit status does not count.

--protocol says what the daemon speaks: newline-terminated messages unless it is
given. The presets of length-prefix are chrome, discord, docker, grpc, i3, kafka,
postgres, thrift, ttrpc and varint; max counts the whole message. The
replies are those of --reply, --reply-raw, --methods, --script or --upstream;
without any, requests are echoed: over JSON-RPC, the params as the result.

The client has to exit with status 0 and to print the same on every run while
the daemon is healthy. Under a fault it

  survived       exited with status 0 and printed the same
  rejected       exited with another status right after something the daemon did
  timed out      exited with another status after a silence
  wrong answer   exited with status 0 and printed something else
  hung           was still running at the deadline, and was killed
  crashed        was ended by a signal, or by its language's runtime
  leaked         left processes behind, its server among them
  repeated       sent a request of --once again that the daemon had carried out
  grew           took more memory than its limit
  spun           connected, or sent requests, more than 20 times a second for
                 longer than 2 s, or started a server that ends at its start more
                 than 10 times in 2 s
  removed        removed or replaced what was at the socket's path, and that was
                 not the socket of a daemon that has died
  second daemon  ran {launch} while a daemon was alive
  stuck          in a session: no call succeeded when the daemon was healthy again
  untested       did not do what the fault needs in order to act

What is expected depends on the fault: an EOF is rejected, a silence timed out,
a reply in pieces survived. What differs from that is graded:

  lenient        it survived what is to be rejected             passes
  late           its error came only with its own timer         passes, but not
                 where the connection had ended
  overstrict     it failed although the reply was intact        fails
  unsafe         wrong answer, hung, crashed, leaked,
                 repeated, grew, spun, removed, second
                 daemon, stuck                                  fails

"Right after" allows for a fifth of the time after which the client gives up by
itself, and for 50 ms at least. Where a result fails and a busy machine may have
made it so, the fault is run again, alone, and that run counts.

Faults act on every request, or on those that --match picks, behind the first
--after of them. With --plan the client is run once, under a plan of faults:
what is expected under any of them is expected.

The report goes to stdout as a table. Further formats go to files, each --out
behind its --format: --format table --format junit --out junit.xml. A file is
written whole or not at all. With --format github the step's summary is appended
to the file GITHUB_STEP_SUMMARY.

Exit status: 0 when nothing fails, 1 when something does, 2 for a failure of this
command's own, 3 when the client fails against a healthy daemon, never connects or
no fault acts, 4 for a mistake in the command line, 130 when interrupted.`

const checkExample = `  faultdaemon check -- ./client --socket {socket} list
  faultdaemon check --protocol ndjson --reply '{"ok":true}' --fault 'cut_at(7, reset)' -- ./client
  faultdaemon check --protocol jsonrpc-headers --methods methods.json --after 1 -- ./client
  faultdaemon check --protocol length-prefix:kafka --upstream tcp:localhost:9092 --listen tcp -- ./client {addr}
  faultdaemon check --protocol jsonrpc --methods mcp.json -- node client.mjs {server-json}
  faultdaemon check --write-config '{dir}/mcp.json=mcp.json.tmpl' -- ./host --config {dir}/mcp.json
  faultdaemon check --format table --format html --out report.html -- ./client {socket}
  faultdaemon check --baseline verdicts.json --shard 2/5 -- ./client {socket}`
