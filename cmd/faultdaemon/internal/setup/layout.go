package setup

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// lengthPrefix begins the names of the protocols whose messages begin with
// their length.
const lengthPrefix = "length-prefix:"

// presets are the layouts that have a name, in the order in which they are
// listed.
func presets() []protocol {
	return []protocol{
		{lengthPrefix + "chrome", "Chrome's native messages", lengthprefix.Chrome()},
		{lengthPrefix + "discord", "messages of Discord's IPC", lengthprefix.Discord()},
		{lengthPrefix + "docker", "frames of Docker's attached streams", lengthprefix.Docker()},
		{lengthPrefix + "grpc", "gRPC's length-prefixed messages, without HTTP/2", lengthprefix.GRPC()},
		{lengthPrefix + "i3", "messages of i3's IPC", lengthprefix.I3()},
		{lengthPrefix + "kafka", "Kafka's messages", lengthprefix.Kafka()},
		{lengthPrefix + "postgres", "PostgreSQL's messages behind the start-up", lengthprefix.Postgres()},
		{lengthPrefix + "thrift", "Thrift's framed messages", lengthprefix.Thrift()},
		{lengthPrefix + "ttrpc", "ttrpc's messages", lengthprefix.TTRPC()},
		{lengthPrefix + "varint", "messages behind a varint with their length", lengthprefix.Varint{}},
	}
}

// parseLayout reads what stands behind lengthPrefix where it is no preset:
// offset=4,width=4,order=le,adjust=0,max=1048576, in any order. What is missing
// is 0, big endian and a width of 4 bytes.
func parseLayout(text string) (faultdaemon.Protocol, error) {
	l := lengthprefix.Layout{LengthWidth: 4}
	numbers := map[string]*int{"offset": &l.LengthOffset, "width": &l.LengthWidth, "adjust": &l.LengthAdjust, "max": &l.MaxMessage}
	orders := map[string]binary.ByteOrder{"le": binary.LittleEndian, "be": binary.BigEndian, "native": binary.NativeEndian}
	for _, setting := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(setting), "=")
		field, isNumber := numbers[name]
		switch {
		case name == "order" && orders[value] != nil:
			l.Order = orders[value]
		case name == "order":
			return nil, fmt.Errorf("order is %q: want le, be or native", value)
		case isNumber:
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, fmt.Errorf("%s is %q: want a number of bytes", name, value)
			}
			*field = n
		default:
			return nil, fmt.Errorf("%q is no setting: want offset, width, order, adjust and max, as in %soffset=4,width=4,order=le,adjust=0,max=1048576", setting, lengthPrefix)
		}
	}
	return l, l.Validate()
}
