package rig

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
)

// arrived counts the events at the destination, in what is there.
func (r *Rig) arrived(s Sample) (int, error) {
	count := map[string]func([]byte) (int, error){"parquet": ParquetRows, "json": zstdLines}[r.function]
	if count == nil {
		return int(s.Sink.Rows), nil
	}
	events := 0
	for _, file := range s.Files {
		n, err := count(file)
		if err != nil {
			return 0, fmt.Errorf("read what %s wrote: %w", r.function, err)
		}
		events += n
	}
	return events, nil
}

// ParquetRows is the number of rows of a Parquet file.
func ParquetRows(file []byte) (int, error) {
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return 0, fmt.Errorf("open a Parquet file: %w", err)
	}
	return int(f.NumRows()), nil
}

func zstdLines(file []byte) (int, error) {
	d, err := zstd.NewReader(bytes.NewReader(file), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return 0, fmt.Errorf("open a zstd file: %w", err)
	}
	defer d.Close()
	plain, err := io.ReadAll(d)
	if err != nil {
		return 0, fmt.Errorf("read a zstd file: %w", err)
	}
	return bytes.Count(plain, []byte("\n")), nil
}
