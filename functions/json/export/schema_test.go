package export_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// The committed schema is what people and their tools read.
const committedSchema = "../event.schema.json"

func TestCommittedSchemaIsThatOfTheFields(t *testing.T) {
	t.Parallel()
	got, err := export.Schema()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(committedSchema, got, 0o600))
	}
	want, err := os.ReadFile(committedSchema)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run: go test ./functions/json/export -update")
}

type property struct {
	Type                 any
	Minimum, Maximum     *float64
	MaxLength            int
	Items                *property
	AdditionalProperties *property
}

func TestEveryLineKeepsToTheSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(committedSchema)
	require.NoError(t, err)
	var schema struct {
		Properties map[string]property
		Required   []string
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	events := laketest.Block(t, slices.Concat(rumtest.Limits(), laketest.Volume(500, 1, 1))...)
	for line := range bytes.Lines(plainText(t, encode(t, export.NewEncoder(), events))) {
		require.Equal(t, schema.Required, keys(t, line))
		require.Len(t, schema.Properties, len(schema.Required))
		var values map[string]any
		require.NoError(t, json.Unmarshal(line, &values))
		for name, value := range values {
			require.True(t, schema.Properties[name].allows(value), "%s: %v", name, value)
		}
	}
}

func (p property) allows(value any) bool {
	types, several := p.Type.([]any)
	if !several {
		types = []any{p.Type}
	}
	switch v := value.(type) {
	case nil:
		return slices.Contains(types, any("null"))
	case bool:
		return slices.Contains(types, any("boolean"))
	case float64:
		return (slices.Contains(types, any("number")) || slices.Contains(types, any("integer")) && v == math.Trunc(v)) &&
			(p.Minimum == nil || v >= *p.Minimum) && (p.Maximum == nil || v <= *p.Maximum)
	case string:
		return slices.Contains(types, any("string")) && (p.MaxLength == 0 || len([]rune(v)) <= p.MaxLength)
	case []any:
		return slices.Contains(types, any("array")) && !slices.ContainsFunc(v, func(e any) bool { return !p.Items.allows(e) })
	case map[string]any:
		for _, e := range v {
			if !p.AdditionalProperties.allows(e) {
				return false
			}
		}
		return slices.Contains(types, any("object"))
	}
	return false
}
