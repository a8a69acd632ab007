// Says whether connect of @modelcontextprotocol/sdk settles within 3 s with the
// server whose command is the first argument, as a JSON array.
"use strict";

const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const [command, ...args] = JSON.parse(process.argv[2]);
let said = "never settled";
process.on("exit", () => console.log(said)); // also when nothing is left to wait for
setTimeout(() => process.exit(), 3000).unref();
new Client({ name: "settles", version: "1.0.0" })
  .connect(new StdioClientTransport({ command, args }), { timeout: 1000 })
  .then(
    () => {
      said = "connected";
      process.exit();
    },
    (error) => {
      said = `rejected: ${error.message}`;
      process.exit();
    },
  );
