// An MCP server made with @modelcontextprotocol/sdk, over stdin and stdout. Its tool greet
// logs, asks the client for its roots, and greets.
"use strict";

const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");

const server = new McpServer({ name: "serve-mcp", version: "1.0.0" }, { capabilities: { logging: {} } });

server.registerTool("greet", { description: "Greets the client's roots." }, async () => {
  await server.server.sendLoggingMessage({ level: "info", data: "greeting" });
  const { roots } = await server.server.listRoots();
  return { content: [{ type: "text", text: "hello " + roots.map((root) => root.name).join(", ") }] };
});

server.registerTool("large", { description: "Returns 1 MiB." }, async () => ({
  content: [{ type: "text", text: "x".repeat(1 << 20) }],
}));

server.connect(new StdioServerTransport());
