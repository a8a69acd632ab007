// Asks a language server for one hover with vscode-languageserver-protocol. The
// first argument is the server's command, as a JSON array. The library leaves
// the process to its user, and the deadline too.
"use strict";

const { spawn } = require("node:child_process");
const lsp = require("vscode-languageserver-protocol/node");

const [command, ...args] = JSON.parse(process.argv[2]);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
const failed = new Promise((_, reject) => {
  server.on("error", reject);
  connection.onError(([error]) => reject(error));
  connection.onClose(() => reject(new Error("the connection is closed")));
  setTimeout(reject, 1000, new Error("no answer"));
});
connection.listen();

async function hover() {
  await connection.sendRequest(lsp.InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  const answer = await connection.sendRequest(lsp.HoverRequest.type, {
    textDocument: { uri: "file:///main.go" },
    position: { line: 0, character: 0 },
  });
  console.log(answer.contents.value);
}

Promise.race([hover(), failed])
  .catch((error) => {
    console.error(String(error));
    process.exitCode = 1;
  })
  .finally(() => {
    connection.dispose();
    server.kill("SIGKILL");
    // In the middle of a message a timer of the reader keeps the process alive,
    // even when the connection has been disposed of: see spawn-vscode.js.
    process.exit();
  });
