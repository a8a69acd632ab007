// Opens a session of an agent with @agentclientprotocol/sdk. The first argument
// is the agent's command, as a JSON array. The library leaves the process to its
// user, and the deadline too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { client, methods, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";

const [command, ...args] = JSON.parse(process.argv[2]);
const agent = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const stream = ndJsonStream(Writable.toWeb(agent.stdin), Readable.toWeb(agent.stdout));
const options = { cancellationSignal: AbortSignal.timeout(1000), stopWaitingOnCancel: true };

try {
  await once(agent, "spawn");
  await client({ name: "spawn-acp" }).connectWith(stream, async (context) => {
    await context.request(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION }, options);
    const session = await context.request(methods.agent.session.new, { cwd: process.cwd(), mcpServers: [] }, options);
    console.log(session.sessionId);
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  agent.kill("SIGKILL");
}
