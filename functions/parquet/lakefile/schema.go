package lakefile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/shared/rum"
)

// sortedBy is the order of rows in a file: that of the questions that are asked most, which are about one site, then
// one kind of event, then a page over time. Rows of a page lie together, so the page index finds them and their
// columns compress. All of them are required fields.
var sortedBy = [...]string{"site_id", "event_type", "url_host", "url_path", "event_ts"}

// schema is the file's schema: the fields of the event, in their order.
var schema = parquet.NewSchema("rum_event", newRoot(rum.Fields()))

// column returns the type of a field's column. README.md has the table, and why a type is not the closest one.
func column(f rum.Field) parquet.Node {
	node := value(f)
	if f.Required || f.Kind == rum.StringMap { // a map that is absent is an empty one
		return node
	}
	return parquet.Optional(node)
}

func value(f rum.Field) parquet.Node {
	switch f.Kind {
	case rum.String:
		if f.LowCardinality {
			return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		}
		return text()
	case rum.UUID:
		return text()
	case rum.Timestamp:
		return parquet.Encoded(parquet.Timestamp(parquet.Millisecond), &parquet.DeltaBinaryPacked)
	case rum.Uint8, rum.Uint16:
		return parquet.Encoded(parquet.Leaf(parquet.Int32Type), &parquet.RLEDictionary)
	case rum.Uint32, rum.Uint64:
		return parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.DeltaBinaryPacked)
	case rum.Float32:
		return parquet.Leaf(parquet.FloatType)
	case rum.Float64:
		return parquet.Leaf(parquet.DoubleType)
	case rum.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case rum.StringList:
		return parquet.List(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
	case rum.StringMap:
		return parquet.Map(parquet.Encoded(parquet.String(), &parquet.RLEDictionary), text())
	default:
		panic(fmt.Sprintf("lakefile: field %s has no kind", f.Name))
	}
}

// text is a string of many distinct values: lengths and characters apart, which compresses better than in turn.
func text() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.DeltaLengthByteArray) }

// root is a group that keeps the order of its fields; the library's own sorts them by name.
type root struct {
	parquet.Group
	fields []parquet.Field
}

func newRoot(fields []rum.Field) root {
	group := make(parquet.Group, len(fields))
	position := make(map[string]int, len(fields))
	for i, f := range fields {
		group[f.Name] = column(f)
		position[f.Name] = i
	}
	ordered := group.Fields()
	slices.SortFunc(ordered, func(a, b parquet.Field) int { return position[a.Name()] - position[b.Name()] })
	return root{Group: group, fields: ordered}
}

func (r root) Fields() []parquet.Field { return r.fields }

// leaves has one entry a field: the index of its first leaf column. A map has two, every other field one.
var leaves = indexLeaves(schema)

func indexLeaves(s *parquet.Schema) []int {
	index := make([]int, len(rum.Fields()))
	for leaf, path := range slices.Backward(s.Columns()) {
		field, known := rum.Lookup(path[0])
		if !known {
			panic("lakefile: no field for the column " + strings.Join(path, "."))
		}
		index[field] = leaf
	}
	return index
}
