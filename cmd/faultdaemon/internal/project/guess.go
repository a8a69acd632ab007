package project

import "regexp"

// protocolIn finds the protocol in what a guess says.
var protocolIn = regexp.MustCompile(`--protocol (\S+)$`)

// ProtocolIn returns the protocol that a guess names, such as "this looks like
// lines of text: try --protocol lines"; "" where it names none.
func ProtocolIn(guess string) string {
	if found := protocolIn.FindStringSubmatch(guess); found != nil {
		return found[1]
	}
	return ""
}
