// Package naive does what the functions do as one writes it in Go without much thought: encoding/json into structs, and the
// libraries' own ways of appending a row.
package naive

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/rum"
)

// eventType is a struct with a field for each of the schema's, a pointer where it may be absent, with the tags of encoding/json,
// parquet-go and clickhouse-go: what one would write by hand.
var eventType = newEventType()

func newEventType() reflect.Type {
	fields := []reflect.StructField{
		// What ClickHouse's table has besides.
		{Name: "BatchID", Type: reflect.TypeFor[string](), Tag: `json:"-" parquet:"-" ch:"batch_id"`},
		{Name: "BatchChunk", Type: reflect.TypeFor[uint32](), Tag: `json:"-" parquet:"-" ch:"batch_chunk"`},
	}
	for _, f := range rum.Fields() {
		t, option := goType(f.Kind)
		if !f.Required && f.Kind != rum.StringList && f.Kind != rum.StringMap {
			t, option = reflect.PointerTo(t), option+",optional"
		}
		fields = append(fields, reflect.StructField{
			Name: exported(f.Name), Type: t,
			Tag: reflect.StructTag(fmt.Sprintf(`json:"%s,omitempty" parquet:"%[1]s%s" ch:"%[1]s"`, f.Name, option)),
		})
	}
	return reflect.StructOf(fields)
}

func goType(k rum.Kind) (t reflect.Type, option string) {
	switch k {
	case rum.String:
		return reflect.TypeFor[string](), ""
	case rum.UUID:
		return reflect.TypeFor[uuid.UUID](), ",uuid"
	case rum.Timestamp:
		return reflect.TypeFor[int64](), ""
	case rum.Uint8:
		return reflect.TypeFor[uint8](), ""
	case rum.Uint16:
		return reflect.TypeFor[uint16](), ""
	case rum.Uint32:
		return reflect.TypeFor[uint32](), ""
	case rum.Uint64:
		return reflect.TypeFor[uint64](), ""
	case rum.Float32:
		return reflect.TypeFor[float32](), ""
	case rum.Float64:
		return reflect.TypeFor[float64](), ""
	case rum.Bool:
		return reflect.TypeFor[bool](), ""
	case rum.StringList:
		return reflect.TypeFor[[]string](), ""
	case rum.StringMap:
		return reflect.TypeFor[map[string]string](), ""
	default:
		panic(fmt.Sprintf("naive: kind %d has no type", k))
	}
}

// exported is a field's name as Go has it: LcpMs.
func exported(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// read decodes a gzipped file of NDJSON, one event after the other, each a new struct.
func read(path string, each func(event any) error) (rows int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("open the input: %w", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return 0, fmt.Errorf("open the input: %w", err)
	}
	decoder := json.NewDecoder(plain)
	for {
		event := reflect.New(eventType).Interface()
		err := decoder.Decode(event)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, fmt.Errorf("decode event %d: %w", rows+1, err)
		}
		if err := each(event); err != nil {
			return rows, err
		}
		rows++
	}
}

func zero() any { return reflect.New(eventType).Elem().Interface() }
