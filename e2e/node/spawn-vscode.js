// One call of vscode-jsonrpc to a server that it talks to over pipes. The first
// argument is the server's command, as a JSON array. The library leaves the
// process to its user, and the deadline too. The program ends when nothing keeps
// it alive, as a program that has closed its connection may expect.
"use strict";

const { spawn } = require("node:child_process");
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-jsonrpc/node");

const [command, ...args] = JSON.parse(process.argv[2]);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
let timer;
const failed = new Promise((_, reject) => {
  server.on("error", reject);
  connection.onError(([error]) => reject(error));
  connection.onClose(() => reject(new Error("the connection is closed")));
  timer = setTimeout(reject, 1000, new Error("no answer"));
});
connection.listen();

Promise.race([connection.sendRequest("get", "name"), failed])
  .then(console.log, (error) => {
    console.error(String(error));
    process.exitCode = 1;
  })
  .finally(() => {
    clearTimeout(timer);
    connection.dispose();
    server.kill("SIGKILL");
  });
