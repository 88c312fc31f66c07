// Package pages writes files of Parquet from columns: it cuts them into pages, encodes and compresses these, and writes
// the page index and the footer.
//
// It knows nothing of events, and of Parquet what the lake needs: pages of version 1 in zstd, dictionaries, lists and
// maps. The format is https://parquet.apache.org/docs/file-format/; its structures are parquet-go's.
package pages

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	// A page is the least that a reader with a predicate has to decompress. It ends with the row that brings it to one
	// of these.
	rowsPerPage  = 8192
	bytesPerPage = 128 << 10
)

// Writer writes files one after the other. Its memory is that of a column chunk in work. It is not safe for concurrent
// use.
type Writer struct {
	schema *Schema
	zstd   *zstd.Encoder

	// Of the file.
	dst       *bytes.Buffer
	begin     int
	groups    []format.RowGroup
	columns   []format.ColumnIndex // of all groups
	locations []format.OffsetIndex

	// Reused from one page to the next.
	page, packed, delta []byte
	int32s              []int32
	int64s              []int64
	header              bytes.Buffer
	encoder             *thrift.Encoder
	seen                []int // by entry of the dictionary: the page that had it last
	pagesSeen           int
}

// NewWriter returns a Writer of files of a schema.
func NewWriter(schema *Schema) *Writer {
	z, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(zstd.MinWindowSize<<8), zstd.WithAllLitEntropyCompression(true), zstd.WithZeroFrames(true), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // constants of ours: any test shows it
	}
	w := &Writer{schema: schema, zstd: z}
	w.encoder = thrift.NewEncoder(new(thrift.CompactProtocol).NewWriter(&w.header))
	return w
}

// Begin begins a file, which is appended to dst.
func (w *Writer) Begin(dst *bytes.Buffer) {
	w.dst, w.begin = dst, dst.Len()
	w.groups, w.columns, w.locations = w.groups[:0], w.columns[:0], w.locations[:0]
	dst.WriteString(magic)
}

// BeginGroup begins a row group of so many rows. All leaves of the schema are written to it, in their order.
func (w *Writer) BeginGroup(rows int) {
	w.groups = append(w.groups, format.RowGroup{
		Columns:        make([]format.ColumnChunk, 0, len(w.schema.Leaves)),
		NumRows:        int64(rows),
		SortingColumns: w.schema.sorting,
		FileOffset:     w.offset(),
		Ordinal:        int16(len(w.groups)),
	})
}

func (w *Writer) offset() int64 { return int64(w.dst.Len() - w.begin) }

// Write writes the next leaf column of the row group.
func (w *Writer) Write(v Values) error {
	group := &w.groups[len(w.groups)-1]
	c := chunk{leaf: &w.schema.Leaves[len(group.Columns)], values: v, rows: int(group.NumRows)}
	if err := w.writeChunk(&c); err != nil {
		return err
	}
	group.Columns = append(group.Columns, format.ColumnChunk{MetaData: c.metaData()})
	group.TotalByteSize += c.uncompressed
	group.TotalCompressedSize += c.compressed
	w.columns = append(w.columns, c.index)
	w.locations = append(w.locations, format.OffsetIndex{PageLocations: c.locations})
	return nil
}

// writePage writes w.page under a header, to which it adds the sizes. It returns how many bytes that took, and how many
// more it would have taken without compression.
func (w *Writer) writePage(header *format.PageHeader) (size, saved int64, err error) {
	w.packed = w.zstd.EncodeAll(w.page, w.packed[:0])
	header.UncompressedPageSize = int32(len(w.page))
	header.CompressedPageSize = int32(len(w.packed))
	header.CRC = int32(crc32.ChecksumIEEE(w.packed))
	w.header.Reset()
	if err := w.encoder.Encode(header); err != nil {
		return 0, 0, fmt.Errorf("encoding a page's header: %w", err)
	}
	w.dst.Write(w.header.Bytes())
	w.dst.Write(w.packed)
	return int64(w.header.Len() + len(w.packed)), int64(len(w.page) - len(w.packed)), nil
}

// remember makes room in w.seen for a dictionary.
func (w *Writer) remember(entries int) {
	if missing := entries - len(w.seen); missing > 0 {
		w.seen = append(w.seen, slices.Repeat([]int{0}, missing)...)
	}
}
