package cloudwatch

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ParseEMF reads the metrics out of a line in CloudWatch's embedded metric format
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
// A line that does not claim to be in the format has none; one that claims it and is malformed is an error, for which
// CloudWatch has a metric (EMFValidationErrors) and drops the line.
func ParseEMF(line string) ([]Datum, error) {
	if !strings.Contains(line, `"_aws"`) {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(line), &members) != nil || members["_aws"] == nil {
		return nil, nil //nolint:nilerr // any other line of a log
	}
	var meta metadata
	if err := json.Unmarshal(members["_aws"], &meta); err != nil {
		return nil, fmt.Errorf("embedded metrics: _aws: %w", err)
	}
	if meta.CloudWatchMetrics == nil {
		return nil, nil
	}
	if meta.Timestamp <= 0 {
		return nil, errors.New("embedded metrics: there is no Timestamp")
	}
	var data []Datum
	for _, d := range meta.CloudWatchMetrics {
		some, err := d.data(members, time.UnixMilli(meta.Timestamp))
		if err != nil {
			return nil, fmt.Errorf("embedded metrics of %q: %w", d.Namespace, err)
		}
		data = append(data, some...)
	}
	return data, nil
}

type metadata struct {
	Timestamp         int64
	CloudWatchMetrics []directive
}

// directive says which members are metrics, and which sets of others are their dimensions.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

// Limits of the format.
const (
	maxMetrics    = 100
	maxDimensions = 30
	maxValues     = 100
)

func (d directive) data(members map[string]json.RawMessage, at time.Time) ([]Datum, error) {
	if d.Namespace == "" {
		return nil, errors.New("there is no namespace")
	}
	if len(d.Metrics) > maxMetrics {
		return nil, fmt.Errorf("%d metrics are more than %d", len(d.Metrics), maxMetrics)
	}
	sets := d.Dimensions
	if len(sets) == 0 {
		sets = [][]string{nil}
	}
	var data []Datum
	for _, names := range sets {
		dimensions, err := dimensionsOf(members, names)
		if err != nil {
			return nil, err
		}
		for _, m := range d.Metrics {
			text, ok := members[m.Name]
			if !ok {
				continue // as CloudWatch does
			}
			values, err := valuesOf(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.Name, err)
			}
			if len(values) == 0 {
				continue
			}
			data = append(data, Datum{
				Namespace: d.Namespace, Name: m.Name, Unit: cmp.Or(m.Unit, "None"), Dimensions: dimensions, Values: values, Time: at,
			})
		}
	}
	return data, nil
}

func dimensionsOf(members map[string]json.RawMessage, names []string) ([]Dimension, error) {
	if len(names) > maxDimensions {
		return nil, fmt.Errorf("%d dimensions are more than %d", len(names), maxDimensions)
	}
	var dimensions []Dimension
	for _, name := range names {
		var value string
		if err := json.Unmarshal(members[name], &value); err != nil {
			return nil, fmt.Errorf("the value of dimension %s is no text", name)
		}
		dimensions = append(dimensions, Dimension{name, value})
	}
	return dimensions, nil
}

// valuesOf reads a number or several.
func valuesOf(text json.RawMessage) ([]float64, error) {
	var one float64
	if json.Unmarshal(text, &one) == nil && string(text) != "null" {
		return []float64{one}, nil
	}
	var several []float64
	if err := json.Unmarshal(text, &several); err != nil || several == nil {
		return nil, errors.New("it is neither a number nor a list of numbers")
	}
	if len(several) > maxValues {
		return nil, fmt.Errorf("%d values are more than %d", len(several), maxValues)
	}
	return several, nil
}
