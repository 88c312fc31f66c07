package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/rum"
)

// Row is one event, by field name: string (also for a UUID), float64, uint64, bool, int64 (milliseconds of a
// timestamp), []string or map[string]string. A field that is null has no entry; a map always has one.
type Row map[string]any

// Rows reads a file of the export. It holds the file to its contract: every field of the schema is there, of its type,
// and no other. An error ends the sequence.
func Rows(file io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		z, err := zstd.NewReader(file)
		if err != nil {
			yield(nil, fmt.Errorf("opening a zstd file: %w", err))
			return
		}
		defer z.Close()
		lines := bufio.NewReader(z)
		for n := 1; ; n++ {
			line, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", n, err)) // a file ends with a newline
				return
			}
			row, err := parse(line)
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", n, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func parse(line []byte) (Row, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil {
		return nil, fmt.Errorf("no JSON object: %w", err)
	}
	row := make(Row, len(values))
	for _, f := range rum.Fields() {
		raw, there := values[f.Name]
		if !there {
			return nil, fmt.Errorf("%s is missing", f.Name)
		}
		delete(values, f.Name)
		if string(raw) == "null" {
			if f.Required || f.Kind == rum.StringMap {
				return nil, fmt.Errorf("%s is null", f.Name)
			}
			continue
		}
		value, err := read(f.Kind, raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		row[f.Name] = value
	}
	for name := range values {
		return nil, fmt.Errorf("%s is not in the schema", name)
	}
	return row, nil
}

func read(kind rum.Kind, raw []byte) (any, error) {
	switch kind {
	case rum.Timestamp:
		t, err := time.Parse(timestamp, string(raw))
		return t.UnixMilli(), err
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		return strconv.ParseUint(string(raw), 10, 64) //nolint:wrapcheck // parse says where
	case rum.Float32: // shortest for 32 bits, so it must be read as such
		v, err := strconv.ParseFloat(string(raw), 32)
		return v, err //nolint:wrapcheck // parse says where
	case rum.Float64:
		return strconv.ParseFloat(string(raw), 64) //nolint:wrapcheck // parse says where
	case rum.Bool:
		return unmarshal[bool](raw)
	case rum.StringList:
		return unmarshal[[]string](raw)
	case rum.StringMap:
		return unmarshal[map[string]string](raw)
	default:
		return unmarshal[string](raw)
	}
}

func unmarshal[T any](raw []byte) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err //nolint:wrapcheck // parse says where
}
