package lengthprefix_test

import (
	"encoding/binary"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// presets are the protocols that are in use, in the order of their
// documentation.
var presets = []struct {
	name     string
	protocol faultdaemon.Protocol
	short    bool // too short for the longest shapes
}{
	{name: "Chrome", protocol: lengthprefix.Chrome()},
	{name: "I3", protocol: lengthprefix.I3()},
	{name: "Discord", protocol: lengthprefix.Discord(), short: true},
	{name: "TTRPC", protocol: lengthprefix.TTRPC()},
	{name: "Postgres", protocol: lengthprefix.Postgres()},
	{name: "Kafka", protocol: lengthprefix.Kafka()},
	{name: "Thrift", protocol: lengthprefix.Thrift()},
	{name: "GRPC", protocol: lengthprefix.GRPC()},
	{name: "Docker", protocol: lengthprefix.Docker()},
	{name: "Varint", protocol: lengthprefix.Varint{}},
	{name: "3 bytes", protocol: lengthprefix.Layout{LengthWidth: 3, Order: binary.LittleEndian, StripBytes: 7}},
	{name: "8 bytes", protocol: lengthprefix.Layout{LengthWidth: 8, LengthAdjust: -8}},
	{name: "2 bytes", protocol: lengthprefix.Layout{LengthWidth: 2}, short: true},
}

func TestFraming(t *testing.T) {
	for _, p := range presets {
		t.Run(p.name, func(t *testing.T) {
			var shapes []framingtest.Shape
			for _, shape := range framingtest.Shapes() {
				if !p.short || len(shape.Payload) < 64<<10 {
					shapes = append(shapes, shape)
				}
			}
			framingtest.Run(t, p.protocol, shapes...)
		})
	}
}
