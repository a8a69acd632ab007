package lookup

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// width is how wide a paragraph is.
const width = 78

// Explain writes everything that is known about a fault, given as a person
// writes it, and what a client sees of it. Protocol names the one that it is
// shown on; "" is the first on which it acts. A fault or a protocol that there
// is not is an error.
func (x *Index) Explain(ctx context.Context, w io.Writer, command, fault, protocol string) error {
	f, info, alias, err := x.Find(fault)
	if err != nil {
		return err
	}
	on, err := x.applicable(info)
	if err != nil {
		return err
	}
	if protocol != "" {
		p, err := named(x.protocols, protocol)
		if err != nil {
			return err
		}
		if err := info.Applies(p.Value); err != nil {
			return err
		}
		on = []Protocol{p}
	}
	if len(f.Args()) == 0 {
		f = info.Fault()
	}
	shown, err := x.try(ctx, f, on)
	if err != nil {
		return fmt.Errorf("show %s: %w", f, err)
	}
	_, err = io.WriteString(w, page(command, f, info, alias, shown))
	return err
}

// page is the whole text.
func page(command string, f faultdaemon.Fault, info faultdaemon.Info, alias string, shown trial) string {
	var b strings.Builder
	name := string(f)
	if alias != "" {
		name += ", which other tools call " + alias
	}
	fmt.Fprintf(&b, "%s\n\n", name)
	paragraph(&b, "", "The daemon "+info.Summary)
	paragraph(&b, "tests", info.Tests)
	paragraph(&b, "simulates", info.Simulates)
	paragraph(&b, "needs", info.Needs.String())
	paragraph(&b, "elsewhere", strings.Join(info.AlsoKnownAs, ", "))
	paragraph(&b, "seen in", info.Bug)
	parameters(&b, info)
	fmt.Fprintf(&b, "\nA correct client %s\n", info.Client)
	paragraph(&b, "", why(info))
	if shown.fault != "" {
		where := "On the wire"
		if shown.process != nil {
			where = "Through the pipes of a process"
		}
		fmt.Fprintf(&b, "\n%s (%s)\n", where, shown.on.Name)
		b.WriteString(shown.picture())
		if shown.idle != "" {
			paragraph(&b, "", "It does not act on this exchange: "+shown.idle+".")
		}
	}
	if ofProcesses(info) {
		fmt.Fprintf(&b, "\nIn a Go test\n  faulttest.Spawn(t, faultdaemon.Config{...}, client,\n  \t&faulttest.Options{Only: []faultdaemon.Fault{%q}})\n", string(f))
		fmt.Fprintf(&b, "\nOn the command line\n  %[1]s check --fault %[2]s -- CLIENT {server}\n", command, quote(string(f)))
		if info.Stage == faultdaemon.StageListen { // the process is there already
			return b.String()
		}
		fmt.Fprintf(&b, "\nIn the configuration of a client, in the place of its server\n  %[1]s stdio --fault %[2]s\n", command, quote(string(f)))
		return b.String()
	}
	if info.Relayed {
		fmt.Fprintf(&b, "\nIn a Go test\n  cfg.Catalogues = []*faultdaemon.Catalogue{relay.Faults}\n  cfg.Upstream = relay.Unix(\"/run/real.sock\")\n  faulttest.Run(t, cfg, client,\n  \t&faulttest.Options{Only: []faultdaemon.Fault{%q}})\n", string(f))
		fmt.Fprintf(&b, "\nOn the command line\n  %[1]s check --upstream ADDRESS --fault %[2]s -- CLIENT\n  %[1]s proxy --listen ADDRESS --upstream ADDRESS --fault %[2]s\n", command, quote(string(f)))
		return b.String()
	}
	if ofSockets(info) {
		fmt.Fprintf(&b, "\nIn a Go test\n  cfg.Catalogues = []*faultdaemon.Catalogue{listen.Faults}\n  faulttest.Run(t, cfg, client,\n  \t&faulttest.Options{Only: []faultdaemon.Fault{%q}})\n", string(f))
		fmt.Fprintf(&b, "\nOn the command line\n  %s check --fault %s -- CLIENT\n", command, quote(string(f)))
		return b.String()
	}
	fmt.Fprintf(&b, "\nIn a Go test\n  faulttest.Run(t, faultdaemon.Config{...}, client,\n  \t&faulttest.Options{Only: []faultdaemon.Fault{%q}})\n", string(f))
	fmt.Fprintf(&b, "\nOn the command line\n  %s check --fault %s -- CLIENT\n", command, quote(string(f)))
	return b.String()
}

// why says why a client is right that does what is expected.
func why(info faultdaemon.Info) string {
	if info.Why != "" {
		return info.Why
	}
	switch info.Client {
	case faultdaemon.Rejects:
		return "The evidence is on the wire: there is nothing to wait for and no answer to give, so the error comes at once."
	case faultdaemon.TimesOut:
		return "There is only silence, which nothing but a timeout of the client's own can end."
	case faultdaemon.Survives:
		return "The answer comes whole and unchanged; where it comes too late, a timeout of the client's own ends the wait."
	case faultdaemon.Differs:
		return "The wire carries a valid answer, although another one."
	}
	return ""
}

func parameters(b *strings.Builder, info faultdaemon.Info) {
	if len(info.Params) == 0 {
		return
	}
	b.WriteString("\nArguments\n")
	for _, p := range info.Params {
		kind := string(p.Kind)
		if p.Max != 0 {
			kind = fmt.Sprintf("%s of %d to %d", kind, p.Min, p.Max)
		}
		if len(p.Choices) > 0 {
			kind = "one of " + strings.Join(p.Choices, ", ")
		}
		var preset []string
		if p.Config != "" {
			preset = append(preset, "Config."+p.Config)
		}
		if p.Default != "" {
			preset = append(preset, p.Default)
		}
		paragraph(b, p.Name, fmt.Sprintf("%s (%s; default %s)", p.Doc, kind, strings.Join(preset, ", else ")))
	}
}

// paragraph writes words behind a label, broken into lines; nothing where there
// are none.
func paragraph(b *strings.Builder, label, words string) {
	if words == "" {
		return
	}
	room := 2
	if label != "" {
		room = 13
	}
	for line := range strings.Lines(text.WrapSoft(words, width-room)) {
		fmt.Fprintf(b, "  %-*s%s\n", room-2, label, strings.TrimSpace(line))
		label = ""
	}
}

// quote quotes a word for a shell where it has to be.
func quote(word string) string {
	if strings.ContainsAny(word, "() ,") {
		return "'" + word + "'"
	}
	return word
}
