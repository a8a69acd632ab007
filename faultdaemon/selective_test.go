package faultdaemon_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// picky is a protocol with settings of its own: a width, which must not be 0,
// and whether it has anything to make garbage of.
type picky struct {
	faultdaemon.Protocol
	width   int
	garbage bool
}

var (
	errWidth   = errors.New("width is 0: want 1 or more")
	errGarbage = errors.New("the protocol has no garbage")
)

func newPicky(width int, garbage bool) picky {
	return picky{Protocol: faultdaemon.Lines, width: width, garbage: garbage}
}

func (p picky) Validate() error {
	if p.width == 0 {
		return errWidth
	}
	return nil
}

func (p picky) Garbage(_, _ []byte) ([]byte, error) { return []byte("\xff\n"), nil }

func (p picky) CanRender(rendering string) error {
	if rendering == "GarbageRenderer" && !p.garbage {
		return errGarbage
	}
	return nil
}

func TestStartRefusesAProtocolThatRefusesItself(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{Protocol: newPicky(0, true)})
	err := d.Start()
	require.ErrorIs(t, err, errWidth)
	require.ErrorContains(t, err, "Config.Protocol: width is 0")

	ok := faultdaemon.New("", faultdaemon.Config{Protocol: newPicky(1, true)})
	require.NoError(t, ok.Start())
	defer ok.Stop()
	require.PanicsWithError(t, "faultdaemon: Config.Protocol: "+errWidth.Error(), func() {
		ok.SetConfig(faultdaemon.Config{Protocol: newPicky(0, true)})
	})
}

func TestAFaultAppliesToSomeValuesOfAProtocol(t *testing.T) {
	info, found := faultdaemon.Builtin().Lookup(faultdaemon.FaultCorruptResponse)
	require.True(t, found)
	require.NoError(t, info.Applies(newPicky(1, true)))

	err := info.Applies(newPicky(1, false))
	var not *faultdaemon.NotApplicableError
	require.ErrorAs(t, err, &not)
	require.Equal(t, "GarbageRenderer", not.Rendering)
	require.ErrorIs(t, err, errGarbage)
	require.EqualError(t, err, "corrupt_response does not apply to faultdaemon_test.picky: the protocol has no garbage")

	d := faultdaemon.New("", faultdaemon.Config{Protocol: newPicky(1, false), Fault: faultdaemon.FaultCorruptResponse})
	require.ErrorIs(t, d.Start(), errGarbage)
}

// Whatever CanRender says, what the type has not it cannot render.
func TestAFaultDoesNotApplyWithoutItsRendering(t *testing.T) {
	info, found := faultdaemon.Builtin().Lookup(faultdaemon.FaultInvalidJSON)
	require.True(t, found)
	err := info.Applies(newPicky(1, true))
	require.EqualError(t, err, "invalid_json does not apply to faultdaemon_test.picky: it has no InvalidJSONRenderer")
}

// Rendered touches the reply and leaves the messages before it as they are.
func TestRenderedIsTheLastMessageOfR(t *testing.T) {
	shout := func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(_ picky, request, reply []byte) ([]byte, error) {
			return append([]byte(string(request[:len(request)-1])+" got "), reply...), nil
		})
	}
	loud, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "loud", Stage: faultdaemon.StageRespond, Do: faultdaemon.Send(shout),
	})
	require.NoError(t, err)
	h := start(t, "memory", faultdaemon.Config{
		Protocol: newPicky(1, true), Catalogues: []*faultdaemon.Catalogue{loud}, Fault: "loud",
		ResponseHandler: func([]byte) []byte { return []byte("50%\npong\n") },
	})
	h.client().exchange("ping\n", "50%\nping got pong\n")
}
