package rum

import (
	"fmt"
	"math"
)

// Kind is how a field is stored.
type Kind uint8

// The kinds of fields. Every one but StringMap may be absent in an event unless its Field is Required; a map that is
// absent is empty.
const (
	String     Kind = iota // UTF-8 text
	UUID                   // 16 bytes, RFC 9562
	Timestamp              // milliseconds since the Unix epoch, UTC
	Uint8                  // unsigned integers
	Uint16                 //
	Uint32                 //
	Uint64                 //
	Float32                // rounded to the nearest float32 when decoded
	Float64                //
	Bool                   //
	StringList             // list of UTF-8 texts
	StringMap              // map of UTF-8 text to UTF-8 text, ordered by key
)

// Field is one row of the schema.
type Field struct {
	Name string
	Kind Kind
	Doc  string

	// Required says that no event is without it.
	Required bool
	// LowCardinality says that few distinct values are expected, so that a dictionary pays.
	LowCardinality bool
	// Min and Max bound the kinds of numbers, both included.
	Min, Max float64
	// MaxChars bounds the kinds of strings, in Unicode code points.
	MaxChars int
}

// Fields returns the schema in its order. The caller must not change it.
func Fields() []Field { return fields }

// Index returns the position of the named field in Fields and in every Block. It panics when there is no such field:
// names in code are constants, so this is a mistake that the first run of any test shows.
func Index(name string) int {
	i, ok := byName[name]
	if !ok {
		panic(fmt.Sprintf("rum: no field %q in the schema", name))
	}
	return i
}

// Lookup returns the position of the named field, and whether there is one.
func Lookup(name string) (int, bool) {
	i, ok := byName[name]
	return i, ok
}

// Limits of the event, from the schema's document. Past one the event is rejected, except for maxExtraKeys.
const (
	MaxLineBytes = 1 << 20 // one event's JSON
	maxText      = 1024    // code points
	maxURL       = 2048    // code points
	maxExtraKeys = 32      // past it, keys are cut and counted
	maxTimingMS  = 10 * 60 * 1000
	maxCLS       = 100
	maxAheadMS   = 24 * 60 * 60 * 1000     // event_ts after received_ts
	maxBehindMS  = 7 * 24 * 60 * 60 * 1000 // event_ts before received_ts

	smallest  = math.SmallestNonzeroFloat64
	unbounded = math.MaxFloat64
)

var byName = indexByName(fields)

func indexByName(fields []Field) map[string]int {
	m := make(map[string]int, len(fields))
	for i, f := range fields {
		m[f.Name] = i
	}
	return m
}

func required(f Field) Field { f.Required = true; return f }

func text(name, doc string) Field {
	return Field{Name: name, Kind: String, MaxChars: maxText, Doc: doc}
}

func category(name, doc string) Field {
	return Field{Name: name, Kind: String, MaxChars: maxText, LowCardinality: true, Doc: doc}
}

func url(name, doc string) Field {
	return Field{Name: name, Kind: String, MaxChars: maxURL, Doc: doc}
}

func timing(name, doc string) Field {
	return Field{Name: name, Kind: Float64, Max: maxTimingMS, Doc: doc}
}

func number(name, doc string) Field {
	return Field{Name: name, Kind: Float64, Max: unbounded, Doc: doc}
}

func count8(name, doc string) Field {
	return Field{Name: name, Kind: Uint8, Max: math.MaxUint8, Doc: doc}
}

func count16(name, doc string) Field {
	return Field{Name: name, Kind: Uint16, Max: math.MaxUint16, Doc: doc}
}

func count32(name, doc string) Field {
	return Field{Name: name, Kind: Uint32, Max: math.MaxUint32, Doc: doc}
}

func count64(name, doc string) Field {
	return Field{Name: name, Kind: Uint64, Max: math.MaxUint64, Doc: doc}
}
