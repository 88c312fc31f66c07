package cost

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Workload is what is to be delivered, and how.
type Workload struct {
	EventsPerMonth  float64 `json:"events_per_month"`
	EventsPerObject float64 `json:"events_per_object"`
	Environment     string  `json:"environment"`
	// FullBatches says that batches are as large as the mapping allows, whatever the traffic: what a backlog costs, and what
	// remains to be paid when there is enough traffic.
	FullBatches bool `json:"full_batches"`
}

// Check says what is wrong with the workload.
func (w Workload) Check() error {
	switch {
	case !(w.EventsPerMonth > 0) || math.IsInf(w.EventsPerMonth, 0):
		return errors.New("EVENTS must be a number of events a month above 0")
	case !(w.EventsPerObject >= 1) || math.IsInf(w.EventsPerObject, 0):
		return errors.New("EVENTS_PER_OBJECT must be at least 1")
	}
	if _, ok := environments[w.Environment]; !ok {
		return fmt.Errorf("ENV is %q: it must be one of %v", w.Environment, Environments())
	}
	return nil
}

// environment is what an environment's settings change of the bill (terraform/environments).
type environment struct{ rawExpiryDays float64 }

var environments = map[string]environment{
	"dev":     {rawExpiryDays: 21},
	"preprod": {rawExpiryDays: 30},
	"prod":    {rawExpiryDays: 90},
}

// Environments are those that AWS bills, by name.
func Environments() []string {
	names := make([]string, 0, len(environments))
	for name := range environments {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// mapping is how a destination gets its messages (terraform/destinations.auto.tfvars).
type mapping struct {
	batchSize, windowSeconds float64
	memoryMB                 float64
	secrets                  float64
}

// memoryMB buys one vCPU.
const memoryMB = 1769

var mappings = map[string]mapping{
	"clickhouse": {batchSize: 1000, windowSeconds: 5, memoryMB: memoryMB, secrets: 1},
	"parquet":    {batchSize: 1000, windowSeconds: 30, memoryMB: memoryMB},
	"json":       {batchSize: 1000, windowSeconds: 30, memoryMB: memoryMB},
}

const secondsPerMonth = 365.25 / 12 * 24 * 60 * 60

// batchOf is how many objects an invocation gets: what arrives within the window, at an even rate.
func (m mapping) batchOf(w Workload) float64 {
	if w.FullBatches {
		return m.batchSize
	}
	arriving := w.EventsPerMonth / w.EventsPerObject / secondsPerMonth * m.windowSeconds
	return min(m.batchSize, max(1, arriving))
}
