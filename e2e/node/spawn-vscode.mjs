// One call of vscode-jsonrpc to a server that it talks to over pipes. The first
// argument is the server's command, as a JSON array. The library leaves the
// process to its user, and the deadline too.
import { spawn } from "node:child_process";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

const [command, ...args] = JSON.parse(process.argv[2]);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
let timer;
const failed = new Promise((_, reject) => {
  connection.onError(([error]) => reject(error));
  connection.onClose(() => reject(new Error("the connection is closed")));
  timer = setTimeout(reject, 1000, new Error("no answer"));
});
connection.listen();

try {
  console.log(await Promise.race([connection.sendRequest("get", "name"), failed]));
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
  connection.dispose();
  server.kill("SIGKILL");
}
