package cost

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Measured is what the functions asked for and took, on the bench's harness: the binaries that are deployed, one core, an S3
// that answers after S3Milliseconds.
type Measured struct {
	Date           string `json:"date"`
	Machine        string `json:"machine"`
	MemoryMB       int    `json:"memory_mb"` // that the functions were told they have
	S3Milliseconds int    `json:"s3_milliseconds"`
	// StoredBytesPerEvent is the size of an event in a gzipped object of a thousand.
	StoredBytesPerEvent float64 `json:"stored_bytes_per_event"`
	// Destinations has the points of each, from the smallest objects to the largest.
	Destinations map[string][]Point `json:"destinations"`
}

// Point is what a destination's function does with objects of one size.
type Point struct {
	EventsPerObject int `json:"events_per_object"`
	// One is a batch of a single object, Many one of many: what a batch costs is the line through the two.
	One  Sample `json:"one"`
	Many Sample `json:"many"`
}

// Sample is what one invocation took.
type Sample struct {
	Objects int `json:"objects"`
	// Seconds is how long it ran, which is what Lambda bills.
	Seconds float64 `json:"seconds"`
	// Gets are GET and HEAD requests to S3, Puts those that store something.
	Gets float64 `json:"s3_gets"`
	Puts float64 `json:"s3_puts"`
	// Writes and Reads are DynamoDB's units.
	Writes float64 `json:"dynamodb_writes"`
	Reads  float64 `json:"dynamodb_reads"`
	// LogBytes is what it printed.
	LogBytes float64 `json:"log_bytes"`
}

//go:embed measured.json
var measuredJSON []byte

// LoadMeasured returns the figures that are kept beside the code.
func LoadMeasured() (Measured, error) {
	var m Measured
	if err := json.Unmarshal(measuredJSON, &m); err != nil {
		return m, fmt.Errorf("read measured.json: %w", err)
	}
	for name, points := range m.Destinations {
		if len(points) == 0 || !slices.IsSortedFunc(points, func(a, b Point) int { return a.EventsPerObject - b.EventsPerObject }) {
			return m, fmt.Errorf("read measured.json: the points of %s are not in the order of events_per_object", name)
		}
		for _, p := range points {
			if p.EventsPerObject < 1 || p.One.Objects != 1 || p.Many.Objects < 2 {
				return m, fmt.Errorf("read measured.json: %s at %d events an object needs a sample of one object and one of more", name, p.EventsPerObject)
			}
		}
	}
	return m, nil
}

// batch is what an invocation with n objects of the given size takes.
func batch(points []Point, eventsPerObject, n float64) Sample {
	i := 0
	for i < len(points)-2 && float64(points[i+1].EventsPerObject) <= eventsPerObject {
		i++
	}
	at := points[i].of(n)
	if float64(points[i].EventsPerObject) == eventsPerObject || len(points) == 1 {
		return at
	}
	// Between two sizes, and past the largest: what an object costs grows with its events as a line does.
	next := points[i+1].of(n)
	from, to := float64(points[i].EventsPerObject), float64(points[i+1].EventsPerObject)
	return at.towards(next, (eventsPerObject-from)/(to-from))
}

// of is the line through one object and many.
func (p Point) of(n float64) Sample {
	return p.One.towards(p.Many, (n-1)/float64(p.Many.Objects-1))
}

// towards is the sample at a share of the way to another. Nothing is below zero, however noisy the two were.
func (s Sample) towards(other Sample, share float64) Sample {
	at := func(a, b float64) float64 { return max(0, a+(b-a)*share) }
	return Sample{
		Seconds: at(s.Seconds, other.Seconds), Gets: at(s.Gets, other.Gets), Puts: at(s.Puts, other.Puts),
		Writes: at(s.Writes, other.Writes), Reads: at(s.Reads, other.Reads), LogBytes: at(s.LogBytes, other.LogBytes),
	}
}
