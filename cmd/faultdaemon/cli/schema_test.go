package cli

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/project"
)

var update = flag.Bool("update", false, "write the schema of faultdaemon.yaml")

const schemaFile = "../../../docs/faultdaemon.schema.json"

// The schema that editors use has every flag of check.
func TestSchema(t *testing.T) {
	cmd, _ := newCheckFlags(Tool{Name: "faultdaemon"})
	want, err := project.Schema(cmd.Flags(), func(f *pflag.Flag) bool { return outputFlag(f.Name) })
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o644))
	}
	got, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "out of date: go test ./cmd/faultdaemon/cli -update")

	var schema struct {
		Properties map[string]struct {
			Type                 any
			AdditionalProperties struct{ Properties map[string]any }
		}
	}
	require.NoError(t, json.Unmarshal(got, &schema))
	client := schema.Properties["clients"].AdditionalProperties.Properties
	cmd.Flags().VisitAll(func(f *pflag.Flag) { assert.Contains(t, schema.Properties, f.Name) })
	assert.Equal(t, "boolean", schema.Properties["exit-zero"].Type)
	for _, name := range []string{"command", "protocol", "reply", "skip"} {
		assert.Contains(t, client, name)
	}
	assert.NotContains(t, client, "exit-zero", "it is about the whole report")
}
