// Asks the SSH agent on the socket that the first argument names for its keys,
// with ssh2. The library has no deadline: the timer is this client's.
"use strict";

const { OpenSSHAgent } = require("ssh2");

const fail = (error) => {
  console.error(String(error));
  process.exit(1);
};
setTimeout(fail, 500, "no answer");

new OpenSSHAgent(process.argv[2]).getIdentities((error, keys) => {
  if (error) fail(error);
  for (const key of keys) console.log(key.type, key.getPublicSSH().toString("hex"), key.comment);
  process.exit();
});
