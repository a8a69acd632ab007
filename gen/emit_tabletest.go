package gen

import "github.com/dave/jennifer/jen"

// tableTest renders the one test of a catalogue: its examples as data, in a call
// of package exampletest.
func (c *catalogue) tableTest() jen.Code {
	// func TestFaults(t *testing.T) {
	// 	exampletest.Run(t, faultdaemon.Config{...}, []exampletest.Case{...})
	// }
	run := "Run"
	switch {
	case c.spawned:
		run = "RunSpawned"
	case c.relayed:
		run = "RunRelayed"
	}
	var cases []jen.Code
	for _, e := range c.entries {
		cases = append(cases, c.testCase(e))
	}
	return jen.Func().Id("TestFaults").Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(
		jen.Qual(exampletestPath, run).Call(
			jen.Id("t"),
			c.config(),
			jen.Index().Qual(exampletestPath, "Case").Custom(list(true), cases...),
		),
	)
}

// config renders the Config that knows the catalogue and speaks its protocol.
func (c *catalogue) config() jen.Code {
	// faultdaemon.Config{Protocol: kv.Protocol, Catalogues: []*faultdaemon.Catalogue{kv.Faults}}
	var items []jen.Code
	if c.protocol != nil {
		items = append(items, jen.Id("Protocol").Op(":").Add(c.protocol.code))
	}
	if !c.target.isCore() {
		items = append(items, jen.Id("Catalogues").Op(":").Index().Op("*").Qual(corePath, "Catalogue").
			Values(jen.Qual(c.target.path, c.variableName())))
	}
	return jen.Qual(corePath, "Config").Values(items...)
}

// testCase renders the examples of one fault.
func (c *catalogue) testCase(e *entry) jen.Code {
	// {Fault: kv.FaultWrongShard, Protocol: kv.Sharded, Examples: []faultdaemon.Example{
	// 	{Send: "ping\n", Reply: "pong\n", Got: "po"},
	// }},
	items := []jen.Code{jen.Id("Fault").Op(":").Qual(c.target.path, constName(e.name))}
	if e.protocol != nil {
		items = append(items, jen.Id("Protocol").Op(":").Add(e.protocol.code))
	}
	items = append(items, jen.Id("Examples").Op(":").Add(c.code(e.lit.get("Examples"), false)))
	return jen.Values(items...)
}
