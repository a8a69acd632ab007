package bench

// toolRows are about the programs that a developer waits for.
func toolRows() []Row {
	return []Row{
		{
			Work: "faultgen, nothing to do", Unit: Time, Rounds: 9, Subject: generates,
			Peers: []Peer{{"stringer on one type", stringer, 2}},
		},
		{
			Work: "faultgen, a catalogue of 3,000 entries", Unit: Time, Rounds: 3, Subject: generatesMany(3000),
			Most: milliseconds(2000),
		},
		{
			Work: "go test of an importer, nothing built yet", Unit: Time, Rounds: 2,
			Subject: firstTest(importsFaulttest), Peers: []Peer{{"one of httptest", firstTest(importsHTTPTest), 1.3}},
		},
	}
}
