package verdict

import "github.com/faultdaemon/toolkit/faultdaemon"

// secondDaemon returns beside what the client has launched a daemon although one was
// alive; "" if it has not.
func (l Log) secondDaemon() string {
	for _, ev := range l {
		if ev.Kind == faultdaemon.EventSecondDaemon {
			return ev.Detail
		}
	}
	return ""
}
