package cloudwatch

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// Datum is one metric's values at one time.
type Datum struct {
	Namespace  string
	Name, Unit string
	// Dimensions tell metrics of one name apart.
	Dimensions []Dimension
	Values     []float64
	Time       time.Time
}

// Dimension is a part of a metric's name.
type Dimension struct{ Name, Value string }

func (d Datum) request() types.MetricDatum {
	m := types.MetricDatum{MetricName: aws.String(d.Name), Timestamp: aws.Time(d.Time.UTC()), Unit: types.StandardUnit(d.Unit)}
	if len(d.Values) == 1 {
		m.Value = aws.Float64(d.Values[0])
	} else {
		m.Values = d.Values
	}
	for _, each := range d.Dimensions {
		m.Dimensions = append(m.Dimensions, types.Dimension{Name: aws.String(each.Name), Value: aws.String(each.Value)})
	}
	return m
}
