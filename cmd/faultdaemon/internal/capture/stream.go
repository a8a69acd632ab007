package capture

import (
	"net"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// A stream is one connection as TCP has it.
type stream struct {
	client, server endpoint
	write          func(packet []byte)
}

// An endpoint is one side of a stream.
type endpoint struct {
	port     layers.TCPPort
	next     uint32 // the sequence number of what it sends next
	finished bool   // it has sent its FIN
}

// largest is how many bytes a segment carries at most: an IPv4 packet has 65,535, of which
// 40 are headers.
const largest = 65535 - 40

func newStream(number int64) *stream {
	return &stream{
		client: endpoint{port: layers.TCPPort(firstClientPort + (number-1)%clientPorts)},
		server: endpoint{port: ServerPort},
	}
}

func (s *stream) handshake() {
	s.segment(&s.client, &s.server, layers.TCP{SYN: true}, nil)
	s.segment(&s.server, &s.client, layers.TCP{SYN: true, ACK: true}, nil)
	s.acknowledge(&s.client, &s.server)
}

// send has one side send data, and the other acknowledge it.
func (s *stream) send(from, to *endpoint, data []byte) {
	for len(data) > 0 {
		n := min(len(data), largest)
		s.segment(from, to, layers.TCP{ACK: true, PSH: n == len(data)}, data[:n])
		s.acknowledge(to, from)
		data = data[n:]
	}
}

// finish has one side end what it sends, once.
func (s *stream) finish(from, to *endpoint) {
	if from.finished {
		return
	}
	from.finished = true
	s.segment(from, to, layers.TCP{FIN: true, ACK: true}, nil)
	s.acknowledge(to, from)
}

func (s *stream) acknowledge(from, to *endpoint) {
	s.segment(from, to, layers.TCP{ACK: true}, nil)
}

// segment writes one packet.
func (s *stream) segment(from, to *endpoint, tcp layers.TCP, data []byte) {
	tcp.SrcPort, tcp.DstPort, tcp.Seq, tcp.Window = from.port, to.port, from.next, 65535
	if tcp.ACK {
		tcp.Ack = to.next
	}
	loopback := net.IPv4(127, 0, 0, 1)
	ip := layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: loopback, DstIP: loopback, Flags: layers.IPv4DontFragment}
	_ = tcp.SetNetworkLayerForChecksum(&ip) // IPv4 has one
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(buffer, options, &ip, &tcp, gopacket.Payload(data)); err != nil {
		panic(err) // no header is out of range
	}
	from.next += uint32(len(data))
	if tcp.SYN || tcp.FIN {
		from.next++
	}
	s.write(buffer.Bytes())
}
