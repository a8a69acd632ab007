// Package lengthprefix speaks the protocols whose messages begin with a header
// that says how long they are.
//
// A [Layout] says where in the header the length stands and what it counts; a
// [Varint] is a length of 7 bits a byte. Both are a faultdaemon.Protocol:
//
//	d := faultdaemon.New(path, lengthprefix.Chrome().Config(func(payload []byte) []byte {
//		return []byte(`{"ok":true}`)
//	}))
//
// Protocols that are in use have their layout here: [Chrome], [I3], [Discord],
// [TTRPC], [Postgres], [Kafka], [Thrift], [GRPC] and [Docker]. [PostgresConnection] is for the
// front of a real server.
//
// # Faults
//
// [Faults] are those that only a length can have: one that is too short, too
// long, negative, in the wrong byte order. What needs something that a layout
// has not, a magic number or a limit, does not apply to it, and the error of
// Start says what is missing. Of the generic faults, those that are about JSON
// or about a terminator do not apply: the payload is bytes to this package,
// and nothing ends a message but its length.
//
// The faults of this package and the renderings of the generic ones (garbage,
// a message that is too large) damage a message and then seal it
// ([Layout.Seal]): the checksum is right, so that the damage reaches the code
// behind it. Generic faults that cut, flip or drop bytes of the wire damage
// the sealed message: they are what the checksum is for.
package lengthprefix
