package notes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/examples/notes/wire"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

func TestListReturnsTheNotesInOrder(t *testing.T) {
	against(t, replying(twoNotes), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"milk", "bread"}, got)
		assert.Equal(t, []string{`{"id":1,"type":"list"}`}, requests(d))
	})
}

func TestNoNotesIsAnAnswer(t *testing.T) {
	against(t, replying(`{"id":1,"ok":true,"notes":[]}`), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, got)
	})
}

func TestAChangeIsSentWithAKeyOfItsOwn(t *testing.T) {
	n := newNotes(t, "milk")
	against(t, keeping(n), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		require.NoError(t, c.Add(t.Context(), "eggs & ham"))
		require.NoError(t, c.Import(t.Context(), []string{"tea", "jam"}, nil))
		assert.Equal(t, []string{
			`{"id":1,"type":"add","key":"1","text":"eggs & ham"}`,
			`{"id":2,"type":"import","key":"2","texts":["tea","jam"]}`,
		}, requests(d))
		assert.Equal(t, []string{"milk", "eggs & ham", "tea", "jam"}, n.List())
	})
}

// Keys that nobody chose differ, between clients too.
func TestKeysAreDrawn(t *testing.T) {
	n := newNotes(t)
	against(t, keeping(n), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		for range 3 {
			other := &notes.Client{Dial: c.Dial}
			require.NoError(t, other.Add(t.Context(), "milk"))
		}
		assert.Equal(t, []string{"milk", "milk", "milk"}, n.List())
	})
}

func TestWhatIsNoNoteIsNotSent(t *testing.T) {
	for text, want := range map[string]string{
		"":           "a note has at least one character",
		"two\nlines": "without control characters",
		"bell\a":     "without control characters",
		"caf\xe9":    "a note is UTF-8",
	} {
		against(t, replying(`{"id":1,"ok":true}`), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
			assert.ErrorContains(t, c.Add(t.Context(), text), want)
			assert.ErrorContains(t, c.Import(t.Context(), []string{"milk", text}, nil), "import: text 2: a note")
			assert.Zero(t, d.ConnectionCount())
		})
	}
}

func TestRepliesThatAreNoAnswer(t *testing.T) {
	for name, tt := range map[string]struct{ reply, want string }{
		"refusal":           {`{"id":1,"ok":false,"error":"the disk is full"}`, "list: the daemon says: the disk is full"},
		"another request's": {`{"id":7,"ok":true,"notes":[]}`, "the reply is to request 7, not to 1"},
		"no id":             {`{"ok":true,"notes":[]}`, "the reply is to request 0, not to 1"},
		"no ok":             {`{"id":1,"notes":[]}`, `says neither "ok" nor "progress"`},
		"no notes":          {`{"id":1,"ok":true}`, `the reply has no "notes"`},
		"null notes":        {`{"id":1,"ok":true,"notes":null}`, `the reply has no "notes"`},
		"two values":        {`{"id":1,"ok":true,"notes":[]} {}`, "more than one value"},
		"no JSON":           {`pong`, `the reply "pong" cannot be read`},
		"empty line":        {``, "no reply within"}, // it is none, and nothing comes after it
		"invalid UTF-8":     {"{\"id\":1,\"ok\":true,\"notes\":[\"\xff\"]}", "not UTF-8"},
		"control character": {`{"id":1,"ok":true,"notes":["a","b\u001b[2J"]}`, "note 2 of the reply"},
	} {
		t.Run(name, func(t *testing.T) {
			against(t, replying(tt.reply), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
				got, err := c.List(t.Context())
				assert.ErrorContains(t, err, tt.want)
				assert.Nil(t, got)
				assert.Len(t, d.GetCalls(), 1, "the same request would get the same reply")
			})
		})
	}
}

// A later daemon may say more.
func TestMembersThatAreNotKnownArePassedOver(t *testing.T) {
	against(t, replying(`{"id":1,"ok":true,"notes":["milk"],"since":1700000000}`), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"milk"}, got)
	})
}

func TestAReplyOfTheGreatestLengthIsRead(t *testing.T) {
	head, tail := `{"id":1,"ok":true,"notes":["`, `"]}`
	fill := strings.Repeat("x", wire.MaxLine-len(head)-len(tail)-1)
	against(t, replying(head+fill+tail), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.True(t, len(got) == 1 && got[0] == fill)
	})
	against(t, replying(head+fill+"x"+tail), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		_, err := c.List(t.Context())
		assert.ErrorContains(t, err, "the reply is longer than 1048576 bytes")
	})
}

func TestARequestThatIsTooLongIsNotSent(t *testing.T) {
	around := len(`{"id":1,"type":"add","key":"1","text":""}` + "\n")
	fits := strings.Repeat("x", wire.MaxLine-around)
	against(t, replying(`{"id":1,"ok":true}`), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		require.NoError(t, c.Add(t.Context(), fits))
		assert.ErrorContains(t, c.Add(t.Context(), fits+"x"), "add: a message of 1048577 bytes is longer than 1048576 bytes")
		assert.Len(t, d.GetCalls(), 1)
	})
}
