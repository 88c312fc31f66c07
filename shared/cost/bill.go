// Package cost says what Rumline costs at AWS: how many requests and how much computing the functions took when they were
// measured, times a table of prices.
//
// The bill has what each destination takes by itself and what they share. What is stored is shown apart: how much that is
// depends on how long it is kept. ClickHouse itself is not in it.
package cost

import (
	"fmt"
	"maps"
	"slices"
)

// Bill is a month.
type Bill struct {
	Workload     Workload      `json:"workload"`
	Prices       Prices        `json:"prices"`
	Destinations []Destination `json:"destinations"`
	// Shared is paid once, however many destinations there are.
	Shared []Line `json:"shared"`
	// Fixed is paid without a single event: alarms, metrics, empty polls.
	Fixed []Line `json:"fixed"`
	// Kept is the raw objects, for as long as the environment keeps them.
	Kept Line `json:"kept"`
	// Warnings say what could be saved.
	Warnings []string `json:"warnings,omitempty"`
}

// Destination is one destination's part.
type Destination struct {
	Name string `json:"name"`
	// ObjectsPerBatch is how many objects an invocation gets.
	ObjectsPerBatch float64 `json:"objects_per_batch"`
	// EventsPerSecond is what one invocation at a time delivers.
	EventsPerSecond float64 `json:"events_per_second"`
	Lines           []Line  `json:"lines"`
}

// Line is a position of the bill.
type Line struct {
	What     string  `json:"what"`
	Quantity float64 `json:"quantity"` // a month, in Unit
	Unit     string  `json:"unit"`
	USD      float64 `json:"usd"`
}

// million is what requests are priced by.
const million = 1e6

func requests(what string, n, perMillion float64) Line {
	return Line{What: what, Quantity: n, Unit: "requests", USD: n * perMillion / million}
}

// Sum adds lines up.
func Sum(lines []Line) float64 {
	var usd float64
	for _, l := range lines {
		usd += l.USD
	}
	return usd
}

// USD is what the destination costs by itself.
func (d Destination) USD() float64 { return Sum(d.Lines) }

// Delivery is what delivering the events costs, without what is fixed and what is kept.
func (b Bill) Delivery() float64 {
	usd := Sum(b.Shared)
	for _, d := range b.Destinations {
		usd += d.USD()
	}
	return usd
}

// PerMillion is Delivery for a million events.
func (b Bill) PerMillion() float64 { return b.Delivery() / b.Workload.EventsPerMonth * million }

// New makes the bill of a workload. Its error says what is wrong with the workload, or that a destination was not measured.
func New(w Workload, p Prices, m Measured) (Bill, error) {
	b, err := bill(w, p, m)
	if err != nil {
		return Bill{}, err
	}
	b.Warnings, err = warnings(b, p, m)
	return b, err
}

func bill(w Workload, p Prices, m Measured) (Bill, error) {
	if err := w.Check(); err != nil {
		return Bill{}, err
	}
	objects := w.EventsPerMonth / w.EventsPerObject
	b := Bill{
		Workload: w, Prices: p,
		Shared: []Line{
			requests("S3: raw objects put", objects, p.S3PutsPerMillion),
			requests("SNS: announcements", objects, p.SNSPublishesPerMillion),
		},
		Fixed: fixed(p),
		Kept:  kept(w, p, m),
	}
	for _, name := range slices.Sorted(maps.Keys(mappings)) {
		points, ok := m.Destinations[name]
		if !ok {
			return Bill{}, fmt.Errorf("destination %s was not measured: run `go tool task cost:measure`", name)
		}
		b.Destinations = append(b.Destinations, destination(name, mappings[name], w, p, points))
	}
	return b, nil
}

// perReceive is how many messages SQS hands out, and takes back, with one request.
const perReceive = 10

func destination(name string, m mapping, w Workload, p Prices, points []Point) Destination {
	objects := w.EventsPerMonth / w.EventsPerObject
	n := m.batchOf(w)
	invocations := objects / n
	s := batch(points, w.EventsPerObject, n)
	gbSeconds := invocations * s.Seconds * m.memoryMB / 1024
	logGB := invocations * s.LogBytes / 1e9
	lines := []Line{
		// One request puts a message into the queue, and each ten are received and deleted together.
		requests("SQS: messages", objects*(1+2/min(perReceive, n)), p.SQSRequestsPerMillion),
		requests("Lambda: invocations", invocations, p.LambdaRequestsPerMillion),
		{What: "Lambda: computing", Quantity: gbSeconds, Unit: "GB-s", USD: gbSeconds * p.LambdaPerGBSecond},
		requests("S3: objects read", invocations*s.Gets, p.S3GetsPerMillion),
		requests("S3: files put", invocations*s.Puts, p.S3PutsPerMillion),
		requests("DynamoDB: ledger writes", invocations*s.Writes, p.DynamoDBWritesPerMillion),
		requests("DynamoDB: ledger reads", invocations*s.Reads, p.DynamoDBReadsPerMillion),
		{What: "CloudWatch: log", Quantity: logGB, Unit: "GB", USD: logGB * p.LogsPerGB},
		// At most: past one a second X-Ray takes one in twenty.
		requests("X-Ray: traces", invocations, p.XRayTracesPerMillion),
	}
	return Destination{
		Name: name, ObjectsPerBatch: n, EventsPerSecond: n * w.EventsPerObject / s.Seconds,
		Lines: slices.DeleteFunc(lines, func(l Line) bool { return l.Quantity == 0 }),
	}
}

func kept(w Workload, p Prices, m Measured) Line {
	gb := w.EventsPerMonth * m.StoredBytesPerEvent / 1e9 * environments[w.Environment].rawExpiryDays / (secondsPerMonth / 86_400)
	return Line{What: "S3: raw objects kept", Quantity: gb, Unit: "GB", USD: gb * p.S3PerGBMonth}
}
