package relay

import (
	"bytes"
	"regexp"
)

// Mask returns message with every byte that one of secrets matches replaced by '*';
// of an expression with groups, the bytes that the groups match. Line ends are kept,
// and the length is: what a length in the message says still holds. Without a match it
// returns message itself, and it never changes it.
func Mask(message []byte, secrets []*regexp.Regexp) []byte {
	masked := message
	for _, secret := range secrets {
		for _, match := range secret.FindAllSubmatchIndex(message, -1) {
			if len(match) > 2 {
				match = match[2:]
			}
			for i := 0; i < len(match); i += 2 {
				if match[i] < 0 || match[i] == match[i+1] { // the group is not in this match, or empty
					continue
				}
				if &masked[0] == &message[0] {
					masked = bytes.Clone(message)
				}
				cover(masked[match[i]:match[i+1]])
			}
		}
	}
	return masked
}

// cover replaces all but line ends.
func cover(secret []byte) {
	for i, b := range secret {
		if b != '\n' && b != '\r' {
			secret[i] = '*'
		}
	}
}
