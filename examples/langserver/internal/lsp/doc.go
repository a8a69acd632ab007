// Package lsp is what the client and the daemon have in common: how messages
// of the Language Server Protocol are framed, what a JSON-RPC message holds,
// and the few types of the protocol that are needed here
// (https://microsoft.github.io/language-server-protocol, version 3.17).
//
//	Content-Length: 43\r\n
//	\r\n
//	{"jsonrpc":"2.0","id":2,"method":"shutdown"}
package lsp
