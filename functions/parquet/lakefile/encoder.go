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

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

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

const (
	// DuckDB and ClickHouse read row groups in parallel; DuckDB recommends this size. A chunk is rarely larger.
	rowsPerGroup = 122_880
	// A page is the least that a reader with a predicate has to decompress. 64 KB is also what encodes fastest.
	pageBytes = 64 << 10
	// Rows that are handed to a column at once. The column ends a page between two such hands, so this times the
	// width of a value is by how much a page may be over its size.
	rowsPerHand = 256
	// A dictionary that grows past this does not pay: the column's remaining pages are plain.
	dictionaryBytes = 1 << 20
)

// Encoder writes files one after the other. It is not safe for concurrent use.
type Encoder struct {
	rowsPerGroup int
	columns      []*parquet.ColumnWriter
	sorter       sorter

	// Reused from one column to the next.
	values []parquet.Value
	text   []byte
}

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder { return &Encoder{rowsPerGroup: rowsPerGroup} }

// Encode appends a Parquet file of the rows to dst, sorted by site, event type, page and time.
func (e *Encoder) Encode(dst *bytes.Buffer, file lake.File) error {
	// A writer of its own for every file: one that is Reset loses the columns' paths from its second footer on
	// (parquet-go v0.32.0), and its files are neither the same bytes nor sound.
	w := parquet.NewGenericWriter[any](dst, options,
		parquet.KeyValueMetadata(KeySchemaVersion, strconv.Itoa(rum.SchemaVersion)),
		parquet.KeyValueMetadata(KeyBatchID, file.BatchID),
		parquet.KeyValueMetadata(KeyChunk, strconv.Itoa(file.Chunk)),
	)
	e.columns = w.ColumnWriters()

	over := findOverflows(file.Events, file.Rows)
	for group := range slices.Chunk(e.sorter.sorted(file.Events, file.Rows), e.rowsPerGroup) {
		for i := range rum.Fields() {
			if err := e.writeColumn(file.Events.Column(i), leaves[i], group, over); err != nil {
				return fmt.Errorf("column %s: %w", rum.Fields()[i].Name, err)
			}
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("ending a row group: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("writing the footer: %w", err)
	}
	return nil
}

var options = newOptions()

func newOptions() *parquet.WriterConfig {
	sorting := make([]parquet.SortingColumn, len(sortedBy))
	for i, name := range sortedBy {
		sorting[i] = parquet.Ascending(name)
	}
	config, err := parquet.NewWriterConfig(
		schema,
		// The version of the format, not of the build: a new build must write the same bytes for the same events.
		parquet.CreatedBy("rumline", "1.0.0", "lakefile"),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.DataPageVersion(1),        // what Spark, Hive and older Arrow read without a switch
		parquet.DataPageStatistics(false), // the column index has them, where readers look
		parquet.PageBufferSize(pageBytes),
		parquet.WriteBufferSize(0), // the destination is memory already
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.SortingWriterConfig(parquet.SortingColumns(sorting...)),
	)
	if err != nil {
		panic(err) // constants of ours: any test shows it
	}
	return config
}
