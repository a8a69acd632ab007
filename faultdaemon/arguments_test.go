package faultdaemon_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]faultdaemon.Fault{
		"":                                 faultdaemon.FaultNone,
		"none":                             faultdaemon.FaultNone,
		" none ":                           faultdaemon.FaultNone,
		"close_after_read":                 faultdaemon.FaultCloseAfterRead,
		"  close_after_read\n":             faultdaemon.FaultCloseAfterRead,
		"slow_response":                    faultdaemon.FaultSlowResponse,
		"slow_response()":                  faultdaemon.FaultSlowResponse,
		"slow_response(300ms)":             "slow_response(300ms)",
		"slow_response( 0.3s )":            "slow_response(300ms)",
		"slow_response (300ms)":            "slow_response(300ms)",
		"slow_response(0)":                 "slow_response(0s)",
		"slow_response(90s)":               "slow_response(1m30s)",
		"cut_at(7,reset)":                  "cut_at(7, reset)",
		"cut_at(7)":                        "cut_at(7)",
		"cut_at(+007 ,  hang)":             "cut_at(7, hang)",
		"drop_connection(0)":               "drop_connection(0)",
		"cut_at(9223372036854775807)":      "cut_at(9223372036854775807)",
		"stop_after_messages(2, continue)": "stop_after_messages(2, continue)",
		"response_too_large(1048576)":      "response_too_large(1048576)",
	} {
		t.Run(text, func(t *testing.T) {
			fault, err := faultdaemon.ParseFault(text)
			require.NoError(t, err)
			require.Equal(t, want, fault)
			again, err := faultdaemon.ParseFault(fault.String())
			require.NoError(t, err)
			require.Equal(t, want, again, "it parses from what it prints as")
		})
	}
}

func TestParseFaultErrors(t *testing.T) {
	for text, want := range map[string]string{
		"slow_response(soon)":         `slow_response: delay is "soon": want a duration of 0 or more, like "300ms"`,
		"slow_response(-1s)":          `slow_response: delay is "-1s": want a duration of 0 or more, like "300ms"`,
		"slow_response(300)":          `slow_response: delay is "300": want a duration of 0 or more, like "300ms"`,
		"slow_response(1s, 2s, 3s)":   `slow_response takes at most 2 arguments, not 3: "slow_response(1s, 2s, 3s)"`,
		"cut_at(-1)":                  `cut_at: n is "-1": want an integer of 0 or more`,
		"cut_at(1.5)":                 `cut_at: n is "1.5": want an integer of 0 or more`,
		"cut_at(0x10)":                `cut_at: n is "0x10": want an integer of 0 or more`,
		"cut_at(9223372036854775808)": `cut_at: n is "9223372036854775808": want an integer of 0 or more`,
		"cut_at(1, explode)":          `cut_at: then is "explode": want one of eof, hang, reset, continue`,
		"cut_at(1, EOF)":              `cut_at: then is "EOF": want one of eof, hang, reset, continue`,
		"cut_at(1,)":                  `cut_at: then is "": want one of eof, hang, reset, continue`,
		"cut_at(1, eof, 3)":           `cut_at takes at most 2 arguments, not 3: "cut_at(1, eof, 3)"`,
		"deadlock(1)":                 `deadlock takes no argument, not 1: "deadlock(1)"`,
		"cut_at(1":                    `fault "cut_at(1": arguments are written as name(first, second)`,
		"cut_at)1(":                   `unknown fault "cut_at)1(": did you mean cut_at?`,
		"cut_at(1)eof":                `fault "cut_at(1)eof": arguments are written as name(first, second)`,
		"cut_at((1))":                 `fault "cut_at((1))": arguments are written as name(first, second)`,
		"(1)":                         fmt.Sprintf(`unknown fault "(1)": none of the %d known faults is near it`, len(faultdaemon.Builtin().All())),
	} {
		t.Run(text, func(t *testing.T) {
			fault, err := faultdaemon.ParseFault(text)
			require.EqualError(t, err, want)
			require.Equal(t, faultdaemon.FaultNone, fault)

			d := faultdaemon.New("", faultdaemon.Config{Fault: faultdaemon.Fault(text)})
			require.EqualError(t, d.Start(), "faultdaemon: "+want)
			require.PanicsWithError(t, "faultdaemon: "+want, func() { d.SetFault(faultdaemon.Fault(text)) })
			require.PanicsWithError(t, "faultdaemon: "+want, func() {
				d.SetConfig(faultdaemon.Config{Fault: faultdaemon.Fault(text)})
			})
		})
	}
}

// Whoever mistypes a name, or writes what another tool calls it, is told the
// name.
func TestUnknownFaultNamesNearOnes(t *testing.T) {
	for text, nearest := range map[faultdaemon.Fault]faultdaemon.Fault{
		"slow_respons":             faultdaemon.FaultSlowResponse,
		"Slow_Response":            faultdaemon.FaultSlowResponse,
		"slow-response":            faultdaemon.FaultSlowResponse,
		"hang_on_acept":            faultdaemon.FaultHangOnAccept,
		"partial":                  faultdaemon.FaultPartialResponse,
		"reset_peer":               faultdaemon.FaultResetAfterRead,
		"connection_reset_by_peer": faultdaemon.FaultResetAfterRead,
		"latency":                  faultdaemon.FaultSlowResponse,
		"blackhole":                faultdaemon.FaultHangOnAccept,
		"garbage":                  faultdaemon.FaultCorruptResponse,
		"slicer(3)":                faultdaemon.FaultChunkedResponse,
	} {
		t.Run(string(text), func(t *testing.T) {
			err := faultdaemon.New("", faultdaemon.Config{Fault: text}).Start()
			var unknown *faultdaemon.UnknownFaultError
			require.ErrorAs(t, err, &unknown)
			require.Equal(t, text, unknown.Fault)
			require.NotEmpty(t, unknown.Near)
			require.Equal(t, nearest, unknown.Near[0])
			require.LessOrEqual(t, len(unknown.Near), 3)
			require.Regexp(t, `^faultdaemon: unknown fault ".*": did you mean `+string(nearest), err.Error())
		})
	}
}

// Three letters are in too many names to be near all of them.
func TestAShortNameIsNearNoLongOne(t *testing.T) {
	var unknown *faultdaemon.UnknownFaultError
	require.ErrorAs(t, faultdaemon.New("", faultdaemon.Config{Fault: "cut"}).Start(), &unknown)
	require.Empty(t, unknown.Near)
	require.ErrorAs(t, faultdaemon.New("", faultdaemon.Config{Fault: "half"}).Start(), &unknown)
	require.Equal(t, []faultdaemon.Fault{faultdaemon.FaultHalfClose, faultdaemon.FaultWriteHalfThenHang}, unknown.Near)
}

// The bounds of an argument belong to it; digits may be more than fit an integer.
func TestArgumentsAtTheirBounds(t *testing.T) {
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "own", Stage: faultdaemon.StageRespond, Judge: "2, 1",
		Params: []faultdaemon.Param{
			{Name: "count", Kind: faultdaemon.KindInt, Default: "2", Min: 2, Max: 5},
			{Name: "id", Kind: faultdaemon.KindDigits, Default: "1"},
		},
		Do: faultdaemon.Hang,
	})
	require.NoError(t, err)
	for text, want := range map[string]string{
		"own(2)": "", "own(5)": "", "own(5, 98765432109876543210)": "",
		"own(1)":     `own: count is "1": want an integer of 2 to 5`,
		"own(6)":     `own: count is "6": want an integer of 2 to 5`,
		"own(2, )":   `own: id is "": want decimal digits`,
		"own(2, -1)": `own: id is "-1": want decimal digits`,
	} {
		got, err := own.Parse(text)
		if want != "" {
			require.EqualError(t, err, want)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, faultdaemon.Fault(text), got)
	}
	info, _ := own.Lookup("own")
	require.Equal(t, faultdaemon.Fault("own(2, 1)"), info.Fault(), "as it is judged")
	require.Equal(t, faultdaemon.FaultDeadlock, faultdaemon.Info{Name: faultdaemon.FaultDeadlock}.Fault())
}

// A fault that is unknown does not get in force, nor out of it.
func TestRefusedFaultChangesNothing(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultMultipleResponses}, func(t *testing.T, h host) {
		require.Panics(t, func() { h.SetFault("no_such_fault") })
		require.Panics(t, func() { h.SetConfig(faultdaemon.Config{MaxRequestBytes: -1}) })
		require.Equal(t, faultdaemon.FaultMultipleResponses, h.Config().Fault)
		h.client().exchange("a\n", "a\na\n")
	})
}

// What New was given and Start refuses, a SetFault can mend.
func TestRefusedConfigCanBeMended(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{Fault: "no_such_fault", ResponseHandler: returns("pong\n")})
	require.Error(t, d.Start())
	d.SetFault(faultdaemon.FaultMultipleResponses)
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	require.NoError(t, talk(conn, "ping\n", "pong\npong\n"))
}

// What is wrong besides a fault stays wrong when that is taken away.
func TestSetFaultMendsNothingElse(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{
		ResponseHandler: returns("pong\n"),
		Respond:         func(*faultdaemon.Exchange) ([]byte, error) { return nil, nil },
	})
	require.PanicsWithError(t, "faultdaemon: Config has both ResponseHandler and Respond: set one", func() { d.SetFault(faultdaemon.FaultNone) })
}

func TestFaultWithNameAndArgs(t *testing.T) {
	fault := faultdaemon.FaultSlowResponse.With(300 * time.Millisecond)
	require.Equal(t, faultdaemon.Fault("slow_response(300ms)"), fault)
	require.Equal(t, faultdaemon.FaultSlowResponse, fault.With())
	require.Equal(t, faultdaemon.Fault("slow_response(1s)"), fault.With(time.Second), "in place of what it had")

	fault = faultdaemon.FaultCutAt.With(7, "reset")
	require.Equal(t, faultdaemon.Fault("cut_at(7, reset)"), fault)
	require.Equal(t, "cut_at", fault.Name())
	require.Equal(t, []string{"7", "reset"}, fault.Args())
	require.Nil(t, faultdaemon.FaultCutAt.Args())
	require.Equal(t, "none", faultdaemon.FaultNone.String())
	require.Equal(t, "cut_at", faultdaemon.FaultCutAt.String())
}

func TestConfigThatCannotBeUsed(t *testing.T) {
	both := faultdaemon.Config{
		ResponseHandler: returns(""),
		Respond:         func(*faultdaemon.Exchange) ([]byte, error) { return nil, nil },
	}
	for want, cfg := range map[string]faultdaemon.Config{
		"Config has both ResponseHandler and Respond: set one":                      both,
		"Config.MaxRequestBytes is -1: want 0 (1 MiB) or more":                      {MaxRequestBytes: -1},
		`drop_connection: n is "-4": want an integer of 0 or more`:                  {Fault: faultdaemon.FaultDropConnection, DropEveryN: -4},
		`slow_response: delay is "-1s": want a duration of 0 or more, like "300ms"`: {Fault: faultdaemon.FaultSlowResponse, SlowResponseDelay: -time.Second},
		`response_too_large: size is "-1": want an integer of 0 or more`:            {Fault: faultdaemon.FaultResponseTooLarge, LargeSizeBytes: -1},
	} {
		t.Run(want, func(t *testing.T) {
			d := faultdaemon.New("", cfg)
			require.EqualError(t, d.Start(), "faultdaemon: "+want)
			d.Stop()
			healthy := faultdaemon.New("", faultdaemon.Config{})
			require.PanicsWithError(t, "faultdaemon: "+want, func() { healthy.SetConfig(cfg) })
		})
	}
}

func TestJoin(t *testing.T) {
	info := faultdaemon.Info{Name: "sneeze", Stage: faultdaemon.StageRespond, Do: faultdaemon.Close}
	mine, err := faultdaemon.NewCatalogue(info)
	require.NoError(t, err)
	joined, err := faultdaemon.Join(faultdaemon.Builtin(), nil, mine, mine, faultdaemon.Builtin())
	require.NoError(t, err)
	require.Len(t, joined.All(), len(faultdaemon.Builtin().All())+1)
	_, found := joined.Lookup("sneeze")
	require.True(t, found)
	_, found = faultdaemon.Builtin().Lookup("sneeze")
	require.False(t, found)

	other, err := faultdaemon.NewCatalogue(info)
	require.NoError(t, err)
	_, err = faultdaemon.Join(mine, other)
	require.EqualError(t, err, `fault "sneeze" is in the catalogue twice: rename one`)
	err = faultdaemon.New("", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{mine, other}}).Start()
	require.EqualError(t, err, `faultdaemon: the catalogues clash: fault "sneeze" is in the catalogue twice: rename one`)
}

// A fault of a user's own catalogue is as good as a built-in one.
func TestOwnCatalogue(t *testing.T) {
	mine, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "sneeze", Stage: faultdaemon.StageRespond,
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Literal("atishoo\n")), func(*faultdaemon.Exchange) error { return errTest }),
	})
	require.NoError(t, err)
	cfg := faultdaemon.Config{Fault: "sneeze", Catalogues: []*faultdaemon.Catalogue{mine}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		c.ends("atishoo\n", faultdaemon.EndEOF)
		require.Equal(t, errTest.Error(), h.event(faultdaemon.EventError).Detail)
	})
	_, err = faultdaemon.ParseFault("sneeze")
	require.Error(t, err, "it is in no other daemon's catalogue")
}

func TestNewCatalogueRefusesBadEntries(t *testing.T) {
	_, err := faultdaemon.NewCatalogue(
		faultdaemon.Info{Name: "no_behaviour"},
		faultdaemon.Info{Do: faultdaemon.Close},
		faultdaemon.Info{Name: "with(1)", Do: faultdaemon.Close},
		faultdaemon.Info{Name: "no_field", Do: faultdaemon.Close, Params: []faultdaemon.Param{{Name: "n", Config: "Nothing"}}},
	)
	for _, want := range []string{
		`fault "no_behaviour" needs a name and a behaviour`,
		`fault "" needs a name and a behaviour`,
		`fault "with(1)": the name of an entry has no arguments`,
		`fault "no_field": parameter n names Config.Nothing, which is no field`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Panics(t, func() { faultdaemon.MustCatalogue(faultdaemon.Info{}) })
}

// What All and Lookup return is the caller's.
func TestCatalogueCannotBeChanged(t *testing.T) {
	change := func(info faultdaemon.Info) {
		info.Params[1].Choices[0] = "changed"
		info.Params[0].Name = "changed"
		info.AlsoKnownAs[0] = "changed"
	}
	info, found := faultdaemon.Builtin().Lookup("cut_at(3)")
	require.True(t, found)
	change(info)
	for _, info := range faultdaemon.Builtin().All() {
		if info.Name == faultdaemon.FaultCutAt {
			require.Equal(t, "n", info.Params[0].Name)
			require.Equal(t, "eof", info.Params[1].Choices[0])
			require.NotEqual(t, "changed", info.AlsoKnownAs[0])
			change(info)
		}
	}
	_, err := faultdaemon.ParseFault("cut_at(3, eof)")
	require.NoError(t, err)
}

func TestNoneIsNoEntry(t *testing.T) {
	for _, info := range faultdaemon.Builtin().All() {
		require.NotEqual(t, faultdaemon.FaultNone, info.Name)
	}
	for _, name := range []faultdaemon.Fault{faultdaemon.FaultNone, "none"} {
		_, found := faultdaemon.Builtin().Lookup(name)
		require.False(t, found)
		d := faultdaemon.New("", faultdaemon.Config{Fault: name})
		require.NoError(t, d.Start())
		require.Equal(t, faultdaemon.FaultNone, d.Config().Fault)
		d.Stop()
	}
}
