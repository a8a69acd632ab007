// Calls a tool of an MCP server with @modelcontextprotocol/sdk, which spawns the
// command that the first argument is, as a JSON array.
"use strict";

const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const [command, ...args] = JSON.parse(process.argv[2]);
const client = new Client({ name: "spawn-mcp", version: "1.0.0" });
const options = { timeout: 700 };

// Until there is an answer: connect never settles where the server ends right
// after its response to initialize, and then Node ends as if all were well.
process.exitCode = 1;

async function call() {
  await client.connect(new StdioClientTransport({ command, args }), options);
  const result = await client.callTool({ name: "greet", arguments: {} }, undefined, options);
  console.log(result.content[0].text);
  process.exitCode = 0;
}

call()
  .catch((error) => console.error(String(error)))
  .finally(() => client.close());
