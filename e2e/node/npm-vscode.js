// One call of vscode-jsonrpc to the daemon on the socket that the first
// argument names. The library has no deadline: the timer is this client's.
"use strict";

const net = require("node:net");
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = require("vscode-jsonrpc/node");

const fail = (error) => {
  console.error(String(error));
  process.exit(1);
};
const socket = net.connect(process.argv[2]);
const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
connection.onError(([error]) => fail(error));
connection.onClose(() => fail("the connection is closed"));
connection.listen();
setTimeout(fail, 500, "no answer");

connection.sendRequest("get", "name").then((text) => {
  console.log(text);
  process.exit();
}, fail);
