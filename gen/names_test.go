package gen

import "testing"

func TestConstName(t *testing.T) {
	for name, want := range map[string]string{
		"slow_response":         "FaultSlowResponse",
		"invalid_json":          "FaultInvalidJSON",
		"wrong_id":              "FaultWrongID",
		"id_null_error":         "FaultIDNullError",
		"duplicate_ids":         "FaultDuplicateIDs",
		"eof_mid_call":          "FaultEOFMidCall",
		"rpc_url":               "FaultRPCURL",
		"bom_before_utf8":       "FaultBOMBeforeUTF8",
		"lf_for_crlf":           "FaultLFForCRLF",
		"bad_crc32":             "FaultBadCRC32",
		"http2_api":             "FaultHTTP2API",
		"cut_at":                "FaultCutAt",
		"ids2":                  "FaultIds2",
		"half":                  "FaultHalf",
		"stop_after_2_messages": "FaultStopAfter2Messages",
		"":                      "",
	} {
		if got := constName(name); got != want {
			t.Errorf("constName(%q)\ngot  %s\nwant %s", name, got, want)
		}
	}
}

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "slow_response": true, "cut_2": true, "http2": true,
		"": false, "A": false, "_a": false, "a_": false, "a__b": false, "2a": false,
		"a-b": false, "a b": false, "é": false, "a\n": false,
	} {
		if got := snakeCase.MatchString(name); got != want {
			t.Errorf("%q is snake_case: got %t, want %t", name, got, want)
		}
	}
}
