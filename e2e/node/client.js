// A session of vscode-jsonrpc with the daemon on the socket that the first
// argument names. Each line of standard input is a call or a notification to
// make; the first line of standard output says that there is a connection, each
// other what became of a call. It ends when standard input does.
"use strict";

const net = require("node:net");
const readline = require("node:readline");
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = require("vscode-jsonrpc/node");

const socket = net.connect(process.argv[2]);
const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
connection.listen();

const say = (outcome) => process.stdout.write(JSON.stringify(outcome) + "\n");
socket.once("connect", () => say({ connected: true }));

const commands = readline.createInterface({ input: process.stdin });
commands.on("line", async (line) => {
  const { call, method, text } = JSON.parse(line);
  try {
    if (call === undefined) {
      await connection.sendNotification(method);
    } else {
      say({ call, result: await connection.sendRequest(method, text) });
    }
  } catch (error) {
    say({ call, error: String(error) });
  }
});

// Under some faults the process would live on for ever: in the middle of a
// message the reader has a timer that starts itself again, even when the
// connection has been disposed of.
commands.on("close", () => {
  connection.dispose();
  process.exit();
});
