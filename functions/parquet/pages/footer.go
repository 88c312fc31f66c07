package pages

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const magic = "PAR1"

// createdBy names the version of the files and not of the build: a new build must write the same bytes for the same
// events. It is of the form that readers parse, and 1.0.0 was another encoder's.
const createdBy = "rumline version 2.0.0(build lakefile)"

// End writes the page index and the footer, with metadata in the given order.
func (w *Writer) End(metadata ...format.KeyValue) error {
	encoder := thrift.NewEncoder(new(thrift.CompactProtocol).NewWriter(w.dst))
	var chunks []*format.ColumnChunk
	var rows int64
	for i := range w.groups {
		rows += w.groups[i].NumRows
		for j := range w.groups[i].Columns {
			chunks = append(chunks, &w.groups[i].Columns[j])
		}
	}
	for i, c := range chunks {
		c.ColumnIndexOffset = w.offset()
		if err := encoder.Encode(&w.columns[i]); err != nil {
			return fmt.Errorf("writing a column index: %w", err)
		}
		c.ColumnIndexLength = int32(w.offset() - c.ColumnIndexOffset)
	}
	for i, c := range chunks {
		c.OffsetIndexOffset = w.offset()
		if err := encoder.Encode(&w.locations[i]); err != nil {
			return fmt.Errorf("writing an offset index: %w", err)
		}
		c.OffsetIndexLength = int32(w.offset() - c.OffsetIndexOffset)
	}
	footer := w.offset()
	if err := encoder.Encode(&format.FileMetaData{
		Version:          2,
		Schema:           w.schema.elements,
		NumRows:          rows,
		RowGroups:        w.groups,
		KeyValueMetadata: metadata,
		CreatedBy:        createdBy,
		ColumnOrders:     w.schema.orders,
	}); err != nil {
		return fmt.Errorf("writing the footer: %w", err)
	}
	var end [4]byte
	binary.LittleEndian.PutUint32(end[:], uint32(w.offset()-footer))
	w.dst.Write(end[:])
	w.dst.WriteString(magic)
	return nil
}
