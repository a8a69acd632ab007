// ioredis over several calls: one for each line of stdin, which names its key.
"use strict";

const readline = require("node:readline");
const { Redis } = require("ioredis");

const redis = new Redis({ path: process.argv[2], commandTimeout: 500 });
redis.on("error", (error) => console.error(String(error)));

readline
  .createInterface({ input: process.stdin })
  .on("line", (i) =>
    redis.get(`key ${i}`).then(
      (value) => console.log("ok", value),
      (error) => console.log("error", String(error).replaceAll("\n", " ")),
    ),
  )
  .on("close", () => redis.disconnect());
