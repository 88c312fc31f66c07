package lake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPartitionIsTheHourInUTC(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   string
		path string
	}{
		{"2026-11-23T17:00:00.000Z", "dt=2026-11-23/hour=17"},
		{"2026-11-23T17:59:59.999Z", "dt=2026-11-23/hour=17"},
		{"2026-11-23T18:00:00.000Z", "dt=2026-11-23/hour=18"},
		{"2026-11-23T23:59:59.999Z", "dt=2026-11-23/hour=23"},
		{"2026-11-24T00:00:00.000Z", "dt=2026-11-24/hour=00"},
		{"2026-11-24T00:30:00.000+02:00", "dt=2026-11-23/hour=22"},
		{"2026-12-31T23:59:59.999Z", "dt=2026-12-31/hour=23"},
		{"2027-01-01T00:00:00.000Z", "dt=2027-01-01/hour=00"},
		{"2028-02-29T12:00:00.000Z", "dt=2028-02-29/hour=12"},
		{"1970-01-01T00:00:00.000Z", "dt=1970-01-01/hour=00"},
		{"1969-12-31T23:59:59.999Z", "dt=1969-12-31/hour=23"},
		{"1969-12-31T23:00:00.000Z", "dt=1969-12-31/hour=23"},
		{"1969-12-31T22:59:59.999Z", "dt=1969-12-31/hour=22"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		require.NoError(t, err)
		require.Equal(t, c.path, PartitionOf(at.UnixMilli()).Path(), c.at)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	p := PartitionOf(time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC).UnixMilli())
	require.Equal(t, "events/dt=2026-11-23/hour=05/abc-00042.parquet", key("events/", p, "abc", 42, "parquet"))
	require.Equal(t, "dt=2026-11-23/hour=05/abc-123456.x.y", key("", p, "abc", 123456, "x.y"))
}
