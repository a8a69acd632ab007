package lengthprefix

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of a length that says itself how long it is.
var _ = spec.Faults{
	{
		Name:     "varint_overlong",
		Protocol: Varint{},
		Stage:    spec.Respond,
		Summary:  "writes the response with its length in n bytes, more than it takes.",
		Tests:    "that reading a length stops after the 10 bytes that 64 bits can take.",
		Client:   spec.Survives | spec.Rejects,
		Why: "Up to 10 bytes a longer length is a valid one, which a client may know and may refuse. From the 11th on it " +
			"has to be refused, whatever it says.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "11", Min: 2, Doc: "how many bytes the length has; it does not fire where it takes so many anyway"},
		},
		Do: faultdaemon.Send(overlong("n")),
		Examples: []spec.Example{
			{Hex: true, Send: "04 70696e67", Reply: "04 706f6e67", Got: "8480808080808080808000 706f6e67", Then: spec.Open},
			{With: "2", Hex: true, Send: "04 70696e67", Reply: "04 706f6e67", Got: "8400 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:      "varint_unterminated",
		Protocol:  Varint{},
		Stage:     spec.Respond,
		Summary:   "writes n bytes each of which says that the length goes on.",
		Tests:     "that a length that does not end is refused, and is no loop and no overflow.",
		Simulates: "another protocol on the socket, whose bytes are all above 127.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "11", Min: 11, Doc: "how many bytes; 10 are the most that a length may take"},
		},
		Do: faultdaemon.Send(unterminated("n")),
		Examples: []spec.Example{
			{Hex: true, Send: "04 70696e67", Reply: "04 706f6e67", Got: "ffffffffffffffffffffff", Then: spec.Open},
			{With: "16", Hex: true, Send: "04 70696e67", Reply: "04 706f6e67", Got: "ffffffffffffffffffffffffffffffff", Then: spec.Open},
		},
	},
}
