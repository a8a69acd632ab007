// Asks a language server for one hover with vscode-languageserver-protocol. The
// first argument is the server's command, as a JSON array. The library leaves
// the process to its user, and the deadline too.
import { spawn } from "node:child_process";
import * as lsp from "vscode-languageserver-protocol/node";

const [command, ...args] = JSON.parse(process.argv[2]);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
let timer;
const failed = new Promise((_, reject) => {
  connection.onError(([error]) => reject(error));
  connection.onClose(() => reject(new Error("the connection is closed")));
  timer = setTimeout(reject, 1000, new Error("no answer"));
});
connection.listen();

async function hover() {
  await connection.sendRequest(lsp.InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  return connection.sendRequest(lsp.HoverRequest.type, {
    textDocument: { uri: "file:///main.go" },
    position: { line: 0, character: 0 },
  });
}

try {
  console.log((await Promise.race([hover(), failed])).contents.value);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
  connection.dispose();
  server.kill("SIGKILL");
}
