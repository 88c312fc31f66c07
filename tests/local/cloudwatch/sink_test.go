package cloudwatch

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowPutter takes a second for each request, and refuses what is named "bad".
type slowPutter struct{ requests [][]float64 }

func (p *slowPutter) PutMetricData(_ context.Context, in *cw.PutMetricDataInput, _ ...func(*cw.Options)) (*cw.PutMetricDataOutput, error) {
	time.Sleep(time.Second)
	var values []float64
	for _, d := range in.MetricData {
		if *d.MetricName == "bad" {
			return nil, errors.New("refused")
		}
		values = append(values, *d.Value)
	}
	p.requests = append(p.requests, values)
	return &cw.PutMetricDataOutput{}, nil
}

func TestSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &slowPutter{}
		var failures []string
		s := newSink(client, func(err error) { failures = append(failures, err.Error()) })
		datum := func(namespace, name string, value float64) Datum {
			return Datum{Namespace: namespace, Name: name, Values: []float64{value}, Time: time.Now()}
		}
		begin := time.Now()
		s.add(datum("N", "m", 1))
		synctest.Wait() // it is on its way
		s.add(datum("N", "m", 2), datum("N", "m", 3), datum("O", "m", 4))
		s.add(datum("N", "bad", 5))
		assert.Zero(t, time.Since(begin), "nobody waits")
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		require.ErrorIs(t, s.flush(short), context.DeadlineExceeded)
		require.NoError(t, s.flush(t.Context()))
		assert.Equal(t, [][]float64{{1}, {2, 3}, {4}}, client.requests, "in order, and together what can be")
		assert.Equal(t, []string{"put 1 metrics of N: refused"}, failures)
		s.add(datum("N", "m", 6))
		require.NoError(t, s.stop(t.Context()))
		assert.Equal(t, [][]float64{{1}, {2, 3}, {4}, {6}}, client.requests, "what is left goes out at the stop")
		s.add(datum("N", "m", 7))
		require.NoError(t, s.flush(t.Context()), "what comes later is dropped")
	})
}
