package faultdaemon

// Builtin returns the catalogue of this package's faults, which every daemon
// knows.
func Builtin() *Catalogue { return builtin }

// ParseFault reads a fault of the built-in catalogue: see [Catalogue.Parse].
func ParseFault(s string) (Fault, error) { return Builtin().Parse(s) }
