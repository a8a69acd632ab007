// Package resp speaks the Redis serialization protocol, RESP2 and RESP3, which
// Redis, Valkey, KeyDB and Dragonfly have in common.
//
//	d := faultdaemon.New(path, faultdaemon.Config{
//		Protocol:        resp.Protocol{},
//		ResponseHandler: func(request []byte) []byte { return []byte("+PONG\r\n") },
//	})
//
// A message is one value, with all that is nested in it, or an inline command. The
// values are those of the "Redis serialization protocol specification":
//
//   - - : $ *                  simple string and error, integer, bulk string, array
//     _ # , ( ! = % ~ > |        of RESP3: null, boolean, double, big number, bulk error,
//     verbatim string, map, set, push, attribute
//     PING\r\n                   an inline command: a line that begins with no type
//
// An attribute is a part of the value behind it. Only what cuts a stream into messages
// is checked, sizes and line ends: a boolean that is neither t nor f is passed on.
// Streamed strings and aggregates ($?, *?), which Redis does not send, are an error.
//
// # Commands
//
// In a plan, a request is selected by its command, in capital or in small letters:
// "GET:2*close_after_read". What the daemon sends of its own accord is selected by its
// kind: "<-message:1*cut_at(9)".
//
// # What has no place in the order of replies
//
// A reply has no id: the first one is the first command's. Pushes belong to none:
// what begins with >, and the messages of a subscription in RESP2. The confirmations
// of SUBSCRIBE and its siblings are pushes in RESP3 and as many as there are channels,
// so they are taken for pushes in RESP2 as well, and those commands expect no reply.
//
// A message alone does not show everything, so in front of a real daemon replies
// are taken for their neighbours' where a list of three texts begins with
// "message", behind CLIENT REPLY OFF, and under MONITOR. What a replica reads behind
// PSYNC is not RESP, and passes as raw bytes.
//
// # Faults
//
// There are none of its own. Of the generic ones, those that are about JSON do not
// apply, and neither does a reply that is too large: nothing can be added to a
// value without making it another.
package resp
