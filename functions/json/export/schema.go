package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/rumline/rumline/shared/rum"
)

// Schema describes a line of the export as a JSON Schema (2020-12), for the tools and the people that read it.
func Schema() ([]byte, error) {
	properties, required := bytes.NewBufferString("{"), make([]string, 0, len(rum.Fields()))
	for i, f := range rum.Fields() {
		property, err := json.Marshal(describe(f))
		if err != nil {
			return nil, fmt.Errorf("describing %s: %w", f.Name, err)
		}
		if i > 0 {
			properties.WriteByte(',')
		}
		fmt.Fprintf(properties, "%q:%s", f.Name, property) // a map would lose the order of the fields
		required = append(required, f.Name)
	}
	properties.WriteByte('}')

	compact, err := json.Marshal(struct {
		Schema               string          `json:"$schema"`
		Title                string          `json:"title"`
		Description          string          `json:"description"`
		Type                 string          `json:"type"`
		Properties           json.RawMessage `json:"properties"`
		Required             []string        `json:"required"`
		AdditionalProperties bool            `json:"additionalProperties"`
	}{
		Schema:      "https://json-schema.org/draft/2020-12/schema",
		Title:       "RUM event",
		Description: fmt.Sprintf("One line of the training export, schema_version %d. Keys are in this order, and all of them are in every line.", rum.SchemaVersion),
		Type:        "object",
		Properties:  properties.Bytes(),
		Required:    required,
	})
	if err != nil {
		return nil, fmt.Errorf("describing the event: %w", err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("describing the event: %w", err)
	}
	pretty.WriteByte('\n')
	return pretty.Bytes(), nil
}

// property is what JSON Schema says of a field.
type property struct {
	Type                 any       `json:"type"`
	Description          string    `json:"description"`
	Format               string    `json:"format,omitempty"`
	MaxLength            int       `json:"maxLength,omitempty"`
	Minimum              *float64  `json:"minimum,omitempty"`
	Maximum              *float64  `json:"maximum,omitempty"`
	Items                *property `json:"items,omitempty"`
	AdditionalProperties *property `json:"additionalProperties,omitempty"`
}

func describe(f rum.Field) property {
	p := property{Description: f.Doc}
	kind := "string"
	switch f.Kind {
	case rum.String:
		p.MaxLength = f.MaxChars // JSON Schema counts code points, too
	case rum.UUID:
		p.Format = "uuid"
	case rum.Timestamp:
		p.Format = "date-time"
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		kind = "integer"
		p.Minimum, p.Maximum = bounds(f)
	case rum.Float32, rum.Float64:
		kind = "number"
		p.Minimum, p.Maximum = bounds(f)
	case rum.Bool:
		kind = "boolean"
	case rum.StringList:
		kind = "array"
		p.Items = &property{Type: "string", Description: "one of them", MaxLength: f.MaxChars}
	case rum.StringMap:
		kind = "object"
		p.AdditionalProperties = &property{Type: "string", Description: "its value, as text", MaxLength: f.MaxChars}
	}
	p.Type = kind
	if !f.Required && f.Kind != rum.StringMap {
		p.Type = []string{kind, "null"}
	}
	return p
}

// bounds are a field's limits, nil where it has none.
func bounds(f rum.Field) (least, most *float64) {
	if f.Min > -math.MaxFloat64 {
		least = &f.Min
	}
	if f.Max < math.MaxFloat64 {
		most = &f.Max
	}
	return least, most
}
