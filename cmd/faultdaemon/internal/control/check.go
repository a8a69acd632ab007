package control

import (
	"errors"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Check returns the error with which a daemon would not start with this config.
// It starts one in memory, where nobody finds it.
func Check(cfg faultdaemon.Config) error {
	cfg.Trace = nil
	d := faultdaemon.New("", cfg)
	defer d.Stop()
	err := d.Start()
	if reason := errors.Unwrap(err); reason != nil {
		return reason // without the package's name
	}
	return err
}
