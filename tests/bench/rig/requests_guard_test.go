//go:build !race

package rig_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/rig"
)

// TestGuardRequests: what a thousand objects of an event each may ask of AWS, since that is what the bill is made of.
func TestGuardRequests(t *testing.T) {
	const objects = 1000
	l, err := load.New(objects)
	require.NoError(t, err)
	bodies, err := l.Objects(1, load.Gzip)
	require.NoError(t, err)
	for _, name := range rig.Destinations {
		t.Run(name, func(t *testing.T) {
			r, err := rig.New(rig.Options{Function: name, Binary: binaries[name]})
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			s, err := r.Deliver(bodies)
			require.NoError(t, err)
			require.Equal(t, objects, s.Events)
			require.LessOrEqual(t, s.Cloud.Gets, int64(objects), "an object is read once")
			require.Zero(t, s.Cloud.Heads, "and not looked at before")
			require.LessOrEqual(t, s.Cloud.Puts, int64(1), "one file of the hour")
			require.LessOrEqual(t, s.Sink.Inserts, int64(1), "one insert of the day")
			// A claim each; the members of the batch, its record, its progress and its end.
			require.LessOrEqual(t, s.Cloud.Writes, int64(objects+60), "units of DynamoDB's writes")
			require.LessOrEqual(t, s.Cloud.Reads, int64(8), "units of DynamoDB's reads")
			require.LessOrEqual(t, s.Cloud.Requests, int64(objects+16), "requests to DynamoDB")
			require.Less(t, s.LogBytes, int64(16<<10), "what is printed is paid for")
		})
	}
}

// TestGuardBytes: how large an event may be where it is stored, or on its way to ClickHouse.
func TestGuardBytes(t *testing.T) {
	const events = 20_000
	l, err := load.New(events)
	require.NoError(t, err)
	bodies, err := l.Objects(1000, load.Gzip)
	require.NoError(t, err)
	for name, most := range map[string]float64{"parquet": bytesOfParquet, "json": bytesOfJSON, "clickhouse": bytesOfClickHouse} {
		t.Run(name, func(t *testing.T) {
			r, err := rig.New(rig.Options{Function: name, Binary: binaries[name]})
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			s, err := r.Deliver(bodies)
			require.NoError(t, err)
			require.Equal(t, events, s.Events)
			perEvent := float64(s.Cloud.PutBytes+s.Sink.Bytes) / events
			t.Logf("%.1f bytes an event", perEvent)
			require.Positive(t, perEvent)
			require.Less(t, perEvent, most)
		})
	}
}

// Some tenths above what they are, so that they say when something went wrong and not when something moved.
const (
	bytesOfParquet    = 190
	bytesOfJSON       = 260
	bytesOfClickHouse = 260
)
