package jsonrpc

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The faults of batches work on the text of the reply: the array of responses
// to a batch, or the one response to a request.

func batchReordered(text []byte) ([]byte, error) {
	responses, err := several(text)
	slices.Reverse(responses)
	return array(responses), err
}

func batchPartial(text []byte) ([]byte, error) {
	responses, err := several(text)
	if err != nil {
		return nil, err
	}
	return array(responses[:len(responses)-1]), nil
}

func batchEmpty(text []byte) ([]byte, error) {
	if _, batch := readBatch(text); !batch {
		return nil, faultdaemon.NotFired("the reply is not to a batch")
	}
	return []byte("[]"), nil
}

func batchArrayForSingle(text []byte) ([]byte, error) {
	if _, batch := readBatch(text); batch {
		return nil, faultdaemon.NotFired("the reply is to a batch")
	}
	return array([][]byte{text}), nil
}

// several returns the responses of a batch that has two or more.
func several(text []byte) ([][]byte, error) {
	responses, _ := readBatch(text)
	if len(responses) < 2 {
		return nil, faultdaemon.NotFired("the reply is to no batch of two or more requests")
	}
	return responses, nil
}
