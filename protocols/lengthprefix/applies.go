package lengthprefix

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What the faults need of a protocol: for each function of a behaviour the
// interface that carries its name.
type (
	emptyRenderer interface {
		empty(request, reply []byte) ([]byte, error)
	}
	headerOnlyRenderer interface {
		headerOf(reply []byte) (int, error)
	}
	framedRenderer     interface{ declaringRenderer }
	bannerRenderer     interface{ declaringRenderer }
	withItselfRenderer interface{ declaringRenderer }

	overLimitRenderer interface {
		faultdaemon.TooLargeRenderer
		limit() int
	}
	damagedRenderer interface {
		headerOnlyRenderer
		flipped(reply []byte, at int) ([]byte, error)
	}

	// A length of fixed width can do what one that says its own cannot.
	fixedWidth interface {
		putLength(header []byte, value uint64)
	}
	negativeRenderer      interface{ fixedWidth }
	belowHeaderRenderer   interface{ fixedWidth }
	withoutItselfRenderer interface{ fixedWidth }
	swappedRenderer       interface{ fixedWidth }

	partOfLengthRenderer interface {
		partOfLength(reply []byte, n int64) ([]byte, error)
	}
	otherHeaderRenderer interface {
		otherHeader(reply []byte, n int64) ([]byte, error)
	}
	badMagicRenderer interface {
		badMagic(request, reply []byte) ([]byte, error)
	}

	overlongRenderer interface {
		overlong(reply []byte, n int64) ([]byte, error)
	}
	unterminatedRenderer interface{ overlongRenderer }
)

// CanRender returns why this layout cannot have what a fault needs: a magic
// number, a limit, a length that can be negative.
func (l Layout) CanRender(rendering string) error {
	countsItself := -l.LengthAdjust >= l.LengthWidth
	return unmet(rendering, append(never(),
		needs[badMagicRenderer](l.Magic != "", "the layout has no Magic"),
		needs[negativeRenderer](l.signed(), "the layout's length is not Signed"),
		needs[belowHeaderRenderer](l.least() > 0, "the layout's length counts nothing of the header"),
		needs[withItselfRenderer](!countsItself, "the layout's length counts itself already"),
		needs[withoutItselfRenderer](countsItself, "the layout's length does not count itself"),
		needs[swappedRenderer](l.LengthWidth > 1, "a length of one byte has no byte order"),
		needs[partOfLengthRenderer](l.LengthWidth > 1, "a length of one byte has no part"),
		needs[otherHeaderRenderer](len(l.otherBytes()) > 0, "the layout's header is magic number and length alone"),
		needs[overLimitRenderer](l.MaxMessage > 0, "the layout has no MaxMessage"),
		needs[overlongRenderer](false, "a length of fixed width is never longer"),
		needs[unterminatedRenderer](false, "a length of fixed width always ends"),
	))
}

// CanRender returns why this framing cannot have what a fault needs: a limit,
// or what only a length of fixed width has.
func (v Varint) CanRender(rendering string) error {
	return unmet(rendering, append(never(),
		needs[badMagicRenderer](false, "a varint has no magic number before it"),
		needs[negativeRenderer](false, "an unsigned varint is never negative"),
		needs[belowHeaderRenderer](false, "a varint counts the payload alone"),
		needs[withoutItselfRenderer](false, "a varint does not count itself"),
		needs[swappedRenderer](false, "a varint has one byte order"),
		needs[partOfLengthRenderer](false, "a varint's first byte says whether another follows: see varint_unterminated"),
		needs[otherHeaderRenderer](false, "the header is the length alone"),
		needs[overLimitRenderer](v.MaxMessage > 0, "the framing has no MaxMessage"),
	))
}

// never are the renderings of the generic faults that no length-prefixed
// protocol has.
func never() []need {
	const noJSON = "the payload is bytes to this protocol, not JSON"
	return []need{
		needs[faultdaemon.InvalidJSONRenderer](false, noJSON),
		needs[faultdaemon.EmbeddedNewlinesRenderer](false, noJSON),
		needs[faultdaemon.MultilineRenderer](false, noJSON),
		needs[faultdaemon.WithoutTerminatorRenderer](false, "nothing ends a message but its length"),
	}
}

// A need is what a rendering takes beside its interface.
type need struct {
	rendering string
	met       bool
	why       string // it is not
}

func needs[R any](met bool, why string) need {
	return need{faultdaemon.RenderingOf[R]().Name, met, why}
}

// unmet returns the reason of the need that is not met, nil when it is.
func unmet(rendering string, needs []need) error {
	for _, n := range needs {
		if n.rendering == rendering && !n.met {
			return errors.New(n.why)
		}
	}
	return nil
}

// otherBytes returns the offsets of the header's bytes that are neither magic
// number nor length.
func (l Layout) otherBytes() (offsets []int) {
	for at := len(l.Magic); at < l.header(); at++ {
		if at < l.LengthOffset || at >= l.lengthEnd() {
			offsets = append(offsets, at)
		}
	}
	return offsets
}

// nth returns the nth of the offsets; without one the fault does not fire.
func nth(offsets []int, n int64) (int, error) {
	if n >= int64(len(offsets)) {
		return 0, faultdaemon.NotFired(fmt.Sprintf("the header has %d bytes beside magic number and length, no byte %d", len(offsets), n))
	}
	return offsets[n], nil
}
