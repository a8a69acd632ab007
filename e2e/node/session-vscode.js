// vscode-jsonrpc over several calls: one for each line of stdin. The library has neither
// deadlines nor reconnects: a call has 500 ms, and one that finds that its connection is
// closed opens another.
"use strict";

const net = require("node:net");
const readline = require("node:readline");
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = require("vscode-jsonrpc/node");

let connection;
const connect = () =>
  new Promise((resolve, reject) => {
    const socket = net.connect(process.argv[2]);
    socket.once("error", reject);
    socket.once("connect", () => {
      const opened = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
      opened.onError(([error]) => console.error(String(error)));
      opened.onClose(() => {
        if (connection === opened) connection = undefined;
        opened.dispose();
      });
      opened.listen();
      resolve((connection = opened));
    });
  });
const call = async (i) => (connection ?? (await connect())).sendRequest("echo", `text ${i}`);
const within = (ms) => new Promise((_, reject) => setTimeout(reject, ms, new Error("no answer")));

readline
  .createInterface({ input: process.stdin })
  .on("line", (i) =>
    Promise.race([call(i), within(500)]).then(
      (answer) => console.log("ok", JSON.stringify(answer)),
      (error) => console.log("error", String(error).replaceAll("\n", " ")),
    ),
  )
  .on("close", () => process.exit());
