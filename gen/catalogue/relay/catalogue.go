// Package relay is the catalogue of the faults between a client and a real daemon.
package relay

import "github.com/faultdaemon/toolkit/gen/spec"

var _ = spec.Catalogue{Relayed: true}
