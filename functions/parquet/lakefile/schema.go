package lakefile

import (
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/functions/parquet/pages"
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
	case rum.String, rum.UUID:
		return parquet.String()
	case rum.Timestamp:
		return parquet.Timestamp(parquet.Millisecond)
	case rum.Uint8, rum.Uint16:
		return parquet.Leaf(parquet.Int32Type)
	case rum.Uint32, rum.Uint64:
		return parquet.Leaf(parquet.Int64Type)
	case rum.Float32:
		return parquet.Leaf(parquet.FloatType)
	case rum.Float64:
		return parquet.Leaf(parquet.DoubleType)
	case rum.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case rum.StringList:
		return parquet.List(parquet.String())
	case rum.StringMap:
		return parquet.Map(parquet.String(), parquet.String())
	default:
		panic(fmt.Sprintf("lakefile: field %s has no kind", f.Name))
	}
}

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

// fileSchema is the schema as the writer of pages takes it.
var fileSchema = func() *pages.Schema {
	s, err := pages.NewSchema(schema, sortedBy[:]...)
	if err != nil {
		panic(err) // constants of ours: any test shows it
	}
	return s
}()
