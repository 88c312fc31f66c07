// Package report is what a run of the benchmarks has found, as a document for machines, a page for people, and a block of the
// project's README.
package report

import (
	"encoding/json"
	"fmt"
	"os"
)

// Results is a whole run.
type Results struct {
	Date    string `json:"date"`
	Machine string `json:"machine"`
	// Events is how many one run of a comparison has, Rounds how many runs each figure is the median of.
	Events      int          `json:"events"`
	Rounds      int          `json:"rounds"`
	Targets     []Target     `json:"targets"`
	Comparisons []Comparison `json:"comparisons"`
	Scaling     []Point      `json:"scaling"`
	Functions   []Function   `json:"functions"`
}

// Target is something that was promised.
type Target struct {
	What string `json:"what"`
	Want string `json:"want"`
	Got  string `json:"got"`
	Met  bool   `json:"met"`
}

// Comparison is one job done by a function and by its peers.
type Comparison struct {
	Job        string      `json:"job"`
	Contenders []Contender `json:"contenders"` // the function first
}

// Contender is one who did the job.
type Contender struct {
	Name string `json:"name"`
	// EventsPerSecond is of processor time: user and system, of all its threads.
	EventsPerSecond float64 `json:"events_per_cpu_second"`
	// Slower is how many times the function's processor time it took, round by round.
	Slower float64 `json:"slower"`
	// Bytes is the size of what it wrote, 0 where it wrote none.
	Bytes int64 `json:"bytes,omitempty"`
}

// Point is one size of objects and batches, with services that take their time.
type Point struct {
	Function        string  `json:"function"`
	EventsPerObject int     `json:"events_per_object"`
	Objects         int     `json:"objects_per_batch"`
	EventsPerSecond float64 `json:"events_per_second"`
	PerCPUSecond    float64 `json:"events_per_cpu_second"`
	// Requests to S3 and DynamoDB, and the units that DynamoDB bills, for a thousand objects.
	S3Requests       float64 `json:"s3_requests_per_1000_objects"`
	DynamoDBRequests float64 `json:"dynamodb_requests_per_1000_objects"`
	DynamoDBUnits    float64 `json:"dynamodb_units_per_1000_objects"`
	PeakRSS          int64   `json:"peak_rss"`
}

// Function is what is told of a binary.
type Function struct {
	Name             string  `json:"name"`
	ColdMilliseconds float64 `json:"cold_start_ms"` // start of the process to its first request for an event
	ZipBytes         int     `json:"zip_bytes"`
	// PeakRSS is with one object of LargeBytes, PeakRSSAgain after more of them.
	LargeBytes   int   `json:"large_object_bytes"`
	PeakRSS      int64 `json:"peak_rss"`
	PeakRSSAgain int64 `json:"peak_rss_again"`
}

// Find returns a contender of a job.
func (r Results) Find(job, name string) (Contender, bool) {
	for _, c := range r.Comparisons {
		for _, one := range c.Contenders {
			if c.Job == job && one.Name == name {
				return one, true
			}
		}
	}
	return Contender{}, false
}

// Missed are the targets that were not met.
func (r Results) Missed() []Target {
	var missed []Target
	for _, t := range r.Targets {
		if !t.Met {
			missed = append(missed, t)
		}
	}
	return missed
}

// Write writes the results as JSON.
func (r Results) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	return write(path, append(text, '\n'))
}

// Read reads what Write wrote.
func Read(path string) (Results, error) {
	var r Results
	text, err := os.ReadFile(path)
	if err != nil {
		return r, fmt.Errorf("read the results (`go tool task bench` writes them): %w", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read the results: %w", err)
	}
	return r, nil
}

func write(path string, text []byte) error {
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	return nil
}
