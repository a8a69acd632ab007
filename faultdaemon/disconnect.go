package faultdaemon

// Disconnect ends every connection that is open with a clean EOF, in the middle of
// whatever a fault does on it, and waits for nothing; the daemon goes on to listen
// and to serve. Clients meet a fault that acts before requests only when they
// connect: Disconnect after SetFault is what makes one with an open connection do so.
// On a daemon that is stopped it does nothing.
func (d *FaultDaemon) Disconnect() {
	d.mu.Lock()
	r := d.run
	d.mu.Unlock()
	if r != nil {
		r.restart()
	}
}
