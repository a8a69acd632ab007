package faultdaemon

import "fmt"

// A rightsWire is a wire that file descriptors are passed over (SCM_RIGHTS of
// unix(7)). They belong to the bytes that they are sent with.
type rightsWire interface {
	wire

	// collectRights has reads keep the descriptors that come with their bytes.
	collectRights()

	// takeRights returns those that were kept and not taken yet. They are the
	// caller's to close.
	takeRights() *rights

	// writeRights writes p and the descriptors together, and closes those.
	writeRights(p []byte, r *rights) (int, error)
}

// collectRights has a wire keep descriptors, where it can have any.
func collectRights(w wire) {
	if w, ok := w.(rightsWire); ok {
		w.collectRights()
	}
}

// dropRights closes what has come and was not passed on.
func dropRights(w wire) {
	if w, ok := w.(rightsWire); ok {
		if left := w.takeRights(); left != nil {
			left.close()
		}
	}
}

// carry writes p to one wire, with the descriptors that have come over the other.
func (r *relayed) carry(p []byte, from, to wire) error {
	source, ok := from.(rightsWire)
	if !ok {
		_, err := to.Write(p)
		return err
	}
	passed := source.takeRights()
	if passed == nil {
		_, err := to.Write(p)
		return err
	}
	if sink, ok := to.(rightsWire); ok {
		_, err := sink.writeRights(p, passed)
		return err
	}
	r.client.daemon.events.add(&Event{Kind: EventError, Connection: r.client.number, Detail: fmt.Sprintf(
		"%d file descriptors came with these bytes, and %s carries none: they are closed; connect both sides by Unix sockets, and shape neither",
		passed.close(), to.RemoteAddr().Network())})
	_, err := to.Write(p)
	return err
}
