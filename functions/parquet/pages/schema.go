package pages

import (
	"bytes"
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Schema is the schema of files and the order of their rows.
type Schema struct {
	// Leaves are the leaf columns, in their order.
	Leaves []Leaf

	elements []format.SchemaElement
	orders   []format.ColumnOrder
	sorting  []format.SortingColumn
}

// NewSchema describes files of a schema of parquet-go's, whose rows the caller sorts by the given columns.
func NewSchema(schema *parquet.Schema, sortedBy ...string) (*Schema, error) {
	// The library writes the elements of a schema to files only, so they are taken from an empty one.
	var empty bytes.Buffer
	if err := parquet.NewGenericWriter[any](&empty, schema).Close(); err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(empty.Bytes()), int64(empty.Len()))
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	s := &Schema{elements: file.Metadata().Schema, orders: file.Metadata().ColumnOrders}
	for _, path := range schema.Columns() {
		leaf, _ := schema.Lookup(path...)
		s.Leaves = append(s.Leaves, Leaf{
			Path:          path,
			Type:          format.Type(leaf.Node.Type().Kind()),
			MaxDefinition: byte(leaf.MaxDefinitionLevel),
			MaxRepetition: byte(leaf.MaxRepetitionLevel),
		})
	}
	for _, name := range sortedBy {
		leaf, found := schema.Lookup(name)
		if !found {
			return nil, fmt.Errorf("there is no column %s to sort by", name)
		}
		s.sorting = append(s.sorting, format.SortingColumn{ColumnIdx: int32(leaf.ColumnIndex)})
	}
	return s, nil
}
