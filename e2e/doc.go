// Package e2e runs clients of other projects against a faultdaemon, each over a
// real Unix socket: sessions with a healthy daemon, and what the client makes
// of some faults. It is a module of its own, so that none of these clients is
// a dependency of the toolkit's users.
//
// It also judges them under every fault, in memory and in processes of their
// own, and holds docs/clients.md to the verdicts; -update rewrites that page's
// tables.
//
// Real daemons are behind a relay as well: redis-server, PostgreSQL, gopls, a server of the
// Model Context Protocol in Node, and one of net/http. The tests start them and end them.
//
// Programs that are installed are judged by faultdaemon check, and held to that
// page in the same way; programs.sh installs them. One that is not there is left
// out.
//
// What the tables say about a fault is what the client was seen to do, at the
// version in go.mod and node/package.json, right or wrong.
//
//	(cd node && npm ci) && go test ./...
//
// Where there is no Node, the clients that run in it are left out.
package e2e
