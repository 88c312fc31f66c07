// Package lakefile is a file of the lake: RUM events in Parquet. It writes such files for every engine that reads
// Parquet, and reads them back for checks and for people.
//
// Schema, encoding and reading are driven by rum.Fields, so a field that is added there is in the files by itself.
package lakefile

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go/format"

	"github.com/rumline/rumline/functions/parquet/pages"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

// Format is the lake's file format.
type Format struct{}

var _ lake.Format = Format{}

// Extension is "parquet".
func (Format) Extension() string { return "parquet" }

// ContentType is the media type that IANA registered for Parquet.
func (Format) ContentType() string { return "application/vnd.apache.parquet" }

// NewEncoder returns an Encoder.
func (Format) NewEncoder() lake.Encoder { return NewEncoder() }

// Keys of the metadata that every file carries in its footer: where its rows come from.
const (
	KeySchemaVersion = "rumline.schema_version" // the newest version of the event that the writer understood
	KeyBatchID       = "rumline.batch_id"
	KeyChunk         = "rumline.chunk"
)

// DuckDB and ClickHouse read row groups in parallel; DuckDB recommends this size. A chunk is rarely larger.
const rowsPerGroup = 122_880

// Encoder writes files one after the other. It is not safe for concurrent use.
type Encoder struct {
	rowsPerGroup int
	pages        *pages.Writer
	sorter       sorter
	columns      columns
}

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder { return newEncoder(rowsPerGroup) }

func newEncoder(rowsPerGroup int) *Encoder {
	return &Encoder{
		rowsPerGroup: rowsPerGroup,
		pages:        pages.NewWriter(fileSchema),
		columns:      columns{dictionary: pages.NewDictionary()},
	}
}

// Encode appends a Parquet file of the rows to dst, sorted by site, event type, page and time.
func (e *Encoder) Encode(dst *bytes.Buffer, file lake.File) error {
	e.pages.Begin(dst)
	over := findOverflows(file.Events, file.Rows)
	for group := range slices.Chunk(e.sorter.sorted(file.Events, file.Rows), e.rowsPerGroup) {
		e.pages.BeginGroup(len(group))
		e.columns.begin(file.Events, group)
		for i := range rum.Fields() {
			if err := e.writeField(file.Events.Column(i), over); err != nil {
				return fmt.Errorf("column %s: %w", rum.Fields()[i].Name, err)
			}
		}
	}
	return e.pages.End(
		format.KeyValue{Key: KeyBatchID, Value: file.BatchID},
		format.KeyValue{Key: KeyChunk, Value: strconv.Itoa(file.Chunk)},
		format.KeyValue{Key: KeySchemaVersion, Value: strconv.Itoa(rum.SchemaVersion)},
	)
}

// writeField writes the leaf columns of a field.
func (e *Encoder) writeField(c *rum.Column, over overflows) error {
	for side := range leavesOfField(c.Field) {
		values, err := e.columns.values(c, over, side)
		if err != nil {
			return err
		}
		if err := e.pages.Write(values); err != nil {
			return err
		}
	}
	return nil
}

// leavesOfField is how many leaf columns a field has: a map has its keys and its values.
func leavesOfField(f *rum.Field) int {
	if f.Kind == rum.StringMap {
		return 2
	}
	return 1
}
