// Calls a tool of an MCP server with @modelcontextprotocol/sdk, which spawns the
// command that the first argument is, as a JSON array.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, ...args] = JSON.parse(process.argv[2]);
const client = new Client({ name: "spawn-mcp", version: "1.0.0" });
const options = { timeout: 1000 };

try {
  await client.connect(new StdioClientTransport({ command, args }), options);
  const result = await client.callTool({ name: "greet", arguments: {} }, undefined, options);
  console.log(result.content[0].text);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await client.close();
}
