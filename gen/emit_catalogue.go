package gen

import "github.com/dave/jennifer/jen"

// infoFields are the fields of an entry that a faultdaemon.Info repeats, in
// the order in which they are written.
var infoFields = []string{
	"Stage", "Summary", "Tests", "Simulates", "Client", "Why", "Needs",
	"Params", "Judge", "AlsoKnownAs", "Bug", "Unbounded",
}

// variable renders the catalogue's variable: builtin in the core, Faults
// anywhere else.
func (c *catalogue) variable() jen.Code {
	name := c.variableName()
	var infos []jen.Code
	for _, e := range c.entries {
		infos = append(infos, c.info(e))
	}
	// // Faults is the catalogue of the kv faults, in the order of its spec.
	// var Faults = faultdaemon.MustCatalogue(
	// 	faultdaemon.Info{...},
	// )
	return jen.Comment("// "+name+" is the catalogue of "+c.title()+", in the order of its spec.").Line().
		Var().Id(name).Op("=").Qual(corePath, "MustCatalogue").
		Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, infos...)
}

func (c *catalogue) variableName() string {
	if c.target.isCore() {
		return "builtin"
	}
	return "Faults"
}

// title names the catalogue's faults in a sentence.
func (c *catalogue) title() string {
	if c.target.isCore() {
		return "the faults of every protocol"
	}
	return "the " + c.id() + " faults"
}

// info renders the faultdaemon.Info of an entry.
func (c *catalogue) info(e *entry) jen.Code {
	// Name: FaultSlowResponse,
	items := []jen.Code{jen.Id("Name").Op(":").Qual(c.target.path, constName(e.name))}
	for _, name := range infoFields {
		v := e.lit.get(name)
		if v.isZero() {
			continue
		}
		// Summary: "writes the response after a delay.",
		items = append(items, jen.Id(name).Op(":").Add(c.code(v, false)))
	}
	if c.relayed {
		items = append(items, jen.Id("Relayed").Op(":").True())
	}
	if code := renderingsCode(e.do); code != nil {
		items = append(items, jen.Id("Renderings").Op(":").Add(code))
	}
	// Do: Steps(Send(FirstHalf), Hang),
	items = append(items, jen.Id("Do").Op(":").Add(e.do.code))
	return jen.Qual(corePath, "Info").Custom(list(true), items...)
}
