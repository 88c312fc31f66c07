package lakefile

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/shared/rum"
)

// Row is one event, by field name: string (also for a UUID), float64, uint64, bool, int64 (milliseconds of a
// timestamp), []string or map[string]string. A field that is absent has no entry; a map always has one.
type Row map[string]any

// File is a Parquet file of the lake that is read.
type File struct {
	file *parquet.File
}

// Open reads the footer of a file of the given size in bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, fmt.Errorf("opening a Parquet file: %w", err)
	}
	return &File{file: f}, nil
}

// Len is the number of rows.
func (f *File) Len() int { return int(f.file.NumRows()) }

// Metadata returns what the footer says under one of the keys of this package, and whether it says it.
func (f *File) Metadata(key string) (string, bool) { return f.file.Lookup(key) }

// Rows reads the rows in their order in the file: the named fields, or all of them when none is named. An error ends
// the sequence. A row group is held in memory at once.
func (f *File) Rows(names ...string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		fields, err := f.fields(names)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, group := range f.file.RowGroups() {
			rows, err := readGroup(group, fields)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// field is a field with the places of its leaf columns in the file, which may be of an older schema than ours.
type field struct {
	rum.Field
	leaves []int
}

func (f *File) fields(names []string) ([]field, error) {
	if len(names) == 0 {
		for _, known := range rum.Fields() {
			names = append(names, known.Name)
		}
	}
	fields := make([]field, 0, len(names))
	for _, name := range names {
		i, known := rum.Lookup(name)
		if !known {
			return nil, fmt.Errorf("there is no field %q in the schema", name)
		}
		fields = append(fields, field{Field: rum.Fields()[i], leaves: leavesOf(f.file.Schema(), rum.Fields()[i])})
	}
	return fields, nil
}

// leavesOf returns the leaf columns of a field, none when the file was written before there was the field.
func leavesOf(s *parquet.Schema, f rum.Field) []int {
	paths := [][]string{{f.Name}}
	switch f.Kind {
	case rum.StringList:
		paths = [][]string{{f.Name, "list", "element"}}
	case rum.StringMap:
		paths = [][]string{{f.Name, "key_value", "key"}, {f.Name, "key_value", "value"}}
	default:
	}
	var leaves []int
	for _, path := range paths {
		if leaf, found := s.Lookup(path...); found {
			leaves = append(leaves, leaf.ColumnIndex)
		}
	}
	return leaves
}

func readGroup(group parquet.RowGroup, fields []field) ([]Row, error) {
	rows := make([]Row, group.NumRows())
	for i := range rows {
		rows[i] = make(Row, len(fields))
	}
	for _, f := range fields {
		columns := make([][]parquet.Value, len(f.leaves))
		for i, leaf := range f.leaves {
			values, err := readColumn(group.ColumnChunks()[leaf])
			if err != nil {
				return nil, fmt.Errorf("reading column %s: %w", f.Name, err)
			}
			columns[i] = values
		}
		if err := fill(rows, f, columns); err != nil {
			return nil, err
		}
	}
	for _, row := range rows {
		restore(row)
	}
	return rows, nil
}

// readColumn returns the values of a column chunk, copied out of its pages.
func readColumn(chunk parquet.ColumnChunk) ([]parquet.Value, error) {
	pages := chunk.Pages()
	defer pages.Close()
	var all []parquet.Value
	buffer := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err //nolint:wrapcheck // readGroup says which column
		}
		for values := page.Values(); !errors.Is(err, io.EOF); {
			var n int
			n, err = values.ReadValues(buffer)
			for _, v := range buffer[:n] {
				all = append(all, v.Clone())
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err //nolint:wrapcheck // readGroup says which column
			}
		}
		parquet.Release(page)
	}
}
