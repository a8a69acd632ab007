package kvfault

import "github.com/faultdaemon/toolkit/faultdaemon"

// Dissect says what the bytes of a message are. None is data: the checksum
// covers all of them, so that a client can tell every byte that is wrong.
func (KV) Dissect(message []byte) []faultdaemon.Field {
	if len(message) < headerSize {
		return []faultdaemon.Field{{Name: "header", Size: len(message)}}
	}
	return []faultdaemon.Field{
		{Name: "magic", Size: versionAt},
		{Name: "version", Size: operationAt - versionAt},
		{Name: "operation", Size: idAt - operationAt},
		{Name: "id", Size: shardAt - idAt},
		{Name: "shard and status", Size: lengthAt - shardAt},
		{Name: "length", Size: sumAt - lengthAt},
		{Name: "checksum", Size: headerSize - sumAt},
		{Name: "body", Size: len(message) - headerSize},
	}
}
