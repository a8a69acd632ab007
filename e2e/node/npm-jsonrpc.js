// One call of json-rpc-2.0 to the daemon on the socket that the first argument
// names. The library leaves the transport to its user: here a message is a line.
"use strict";

const net = require("node:net");
const readline = require("node:readline");
const { JSONRPCClient } = require("json-rpc-2.0");

const socket = net.connect(process.argv[2]);
const client = new JSONRPCClient((request) => void socket.write(JSON.stringify(request) + "\n"));

const fail = (error) => {
  console.error(String(error));
  process.exit(1);
};
socket.on("error", fail);
socket.on("close", () => client.rejectAllPendingRequests("the connection is closed"));
readline.createInterface({ input: socket }).on("line", (line) => {
  try {
    client.receive(JSON.parse(line));
  } catch (error) {
    client.rejectAllPendingRequests(String(error));
  }
});

client.timeout(500).request("get", ["name"]).then((text) => {
  console.log(text);
  socket.destroy();
}, fail);
