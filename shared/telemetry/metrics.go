package telemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

// Namespace is where CloudWatch has the metrics.
const Namespace = "Rumline"

// Metrics is what one invocation has to say.
type Metrics struct {
	Counts
	// Failures counts ObjectsFailed and MessagesMalformed by their codes.
	Failures map[failure.Code]int64
	// Quarantined counts RecordsQuarantined by their reasons.
	Quarantined map[rum.Reason]int64
	// RequestID is Lambda's name of the invocation.
	RequestID string
}

// Emitter writes metrics into a function's log, from which CloudWatch extracts them: no request, no client, and nothing
// to wait for. The lines are in CloudWatch's embedded metric format
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
type Emitter struct {
	out                      io.Writer
	destination, environment string
	now                      func() time.Time
}

// NewEmitter returns an emitter for the function of a destination in an environment.
func NewEmitter(out io.Writer, destination, environment string, now func() time.Time) *Emitter {
	return &Emitter{out: out, destination: destination, environment: environment, now: now}
}

// Emit writes one line with all counters, each by Destination and Environment, with Failures and PermanentFailures (those
// that somebody has to mend), SystemicFailures (those of what every object needs) and Imbalance (by how much the counts
// contradict themselves), and the failures by code and the quarantined records by reason as properties to query the
// log for. A line of the format has room for one value of a dimension: so a second line follows for each code that there
// was, with Failures by Destination, Environment and Code.
func (e *Emitter) Emit(m Metrics) error {
	at := e.now().UnixMilli()
	var failed, permanent, systemic int64
	for code, n := range m.Failures {
		failed += n
		if code.Permanent() {
			permanent += n
		}
		// Whoever has stored nothing until his time was up was kept waiting by something.
		if code.Systemic() || code == failure.DeadlineNear && m.Chunks == 0 {
			systemic += n
		}
	}
	all := newEMF(at, []string{dimDestination, dimEnvironment}, e.dimensions())
	for _, c := range metrics {
		all.set(c.name, c.unit, *c.of(&m.Counts))
	}
	all.set(metricFailures, count, failed)
	all.set("PermanentFailures", count, permanent)
	all.set("SystemicFailures", count, systemic)
	all.set("Imbalance", count, m.Imbalance())
	all.members[propertyFailures] = m.Failures
	all.members[propertyQuarantined] = m.Quarantined
	all.members[propertyRequest] = m.RequestID
	if err := all.write(e.out); err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(m.Failures)) {
		byCode := newEMF(at, []string{dimDestination, dimEnvironment, dimCode}, e.dimensions())
		byCode.members[dimCode] = string(code)
		byCode.set(metricFailures, count, m.Failures[code])
		if err := byCode.write(e.out); err != nil {
			return err
		}
	}
	return nil
}

// EmitCounts writes a line with counters of the caller's own, by Destination and Environment, and properties to query the log
// for.
func (e *Emitter) EmitCounts(counts map[string]int64, properties map[string]any) error {
	line := newEMF(e.now().UnixMilli(), []string{dimDestination, dimEnvironment}, e.dimensions())
	maps.Copy(line.members, properties)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		line.set(name, count, counts[name])
	}
	return line.write(e.out)
}

const (
	dimDestination, dimEnvironment, dimCode = "Destination", "Environment", "Code"

	metricFailures = "Failures"

	propertyFailures, propertyQuarantined = "failures_by_code", "quarantined_by_reason"

	propertyRequest = "request_id"
)

func (e *Emitter) dimensions() map[string]any {
	return map[string]any{dimDestination: e.destination, dimEnvironment: e.environment}
}

// emf is one line: the values of dimensions, metrics and properties are its members, and _aws says which is which.
type emf struct {
	at         int64
	dimensions []string
	metrics    []definition
	members    map[string]any
}

type definition struct {
	Name string
	Unit string
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

func newEMF(at int64, dimensions []string, members map[string]any) *emf {
	return &emf{at: at, dimensions: dimensions, members: members}
}

func (l *emf) set(name, unit string, value int64) {
	l.metrics = append(l.metrics, definition{name, unit})
	l.members[name] = value
}

func (l *emf) write(out io.Writer) error {
	l.members["_aws"] = map[string]any{
		"Timestamp":         l.at,
		"CloudWatchMetrics": []directive{{Namespace: Namespace, Dimensions: [][]string{l.dimensions}, Metrics: l.metrics}},
	}
	text, err := json.Marshal(l.members)
	if err != nil {
		return fmt.Errorf("write the metrics: %w", err)
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("write the metrics: %w", err)
	}
	return nil
}
