package cost_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/cost"
)

// figures are of a function that is easy to compute with: a batch takes a second and a log line of 1 GB, and an object a
// hundredth of a second, a GET and two ledger writes; a file is put a batch.
func figures() cost.Measured {
	sample := func(objects, events int) cost.Sample {
		n := float64(objects)
		return cost.Sample{
			Objects: objects, Seconds: 1 + n*0.01*float64(events), Gets: n, Puts: 1, Writes: 2 * n, LogBytes: 1e9,
		}
	}
	var points []cost.Point
	for _, events := range []int{1, 100} {
		points = append(points, cost.Point{EventsPerObject: events, One: sample(1, events), Many: sample(100, events)})
	}
	return cost.Measured{
		Date: "2026-01-02", StoredBytesPerEvent: 1000,
		Destinations: map[string][]cost.Point{"clickhouse": points, "parquet": points, "json": points},
	}
}

func line(t *testing.T, lines []cost.Line, what string) cost.Line {
	t.Helper()
	for _, l := range lines {
		if l.What == what {
			return l
		}
	}
	require.Failf(t, "no such line", "%s in %v", what, lines)
	return cost.Line{}
}

func TestBill(t *testing.T) {
	t.Parallel()
	full := cost.Workload{EventsPerMonth: 10e6, EventsPerObject: 10, Environment: "prod", FullBatches: true}
	b, err := cost.New(full, cost.USEast1, figures())
	require.NoError(t, err)

	// A million objects, a thousand batches.
	require.InDelta(t, 5, line(t, b.Shared, "S3: raw objects put").USD, 1e-9)
	require.InDelta(t, 0.5, line(t, b.Shared, "SNS: announcements").USD, 1e-9)
	d := b.Destinations[0]
	require.Equal(t, "clickhouse", d.Name)
	for _, want := range []struct {
		what          string
		quantity, usd float64
	}{
		{"SQS: messages", 1.2e6, 1.2 * 0.4},
		{"Lambda: invocations", 1000, 1000 * 0.2e-6},
		{"Lambda: computing", 1000 * 101 * 1769. / 1024, 1000 * 101 * 1769. / 1024 * 0.0000133334},
		{"S3: objects read", 1e6, 0.4},
		{"S3: files put", 1000, 0.005},
		{"DynamoDB: ledger writes", 2e6, 2 * 0.625},
		{"CloudWatch: log", 1000, 500},
		{"X-Ray: traces", 1000, 0.005},
	} {
		l := line(t, d.Lines, want.what)
		require.InEpsilon(t, want.quantity, l.Quantity, 1e-9, want.what)
		require.InEpsilon(t, want.usd, l.USD, 1e-9, want.what)
	}
	require.Len(t, d.Lines, 8, "what is not used is no line")
	require.InDelta(t, 10e6*1e3/1e9*90/30.4375*0.023, b.Kept.USD, 1e-9)
	require.InDelta(t, 5.5+3*d.USD(), b.Delivery(), 1e-6)
	require.InDelta(t, b.Delivery()/10, b.PerMillion(), 1e-9)
}

// TestBatches: without a backlog a batch is what arrives within the window.
func TestBatches(t *testing.T) {
	t.Parallel()
	month := 365.25 / 12 * 24 * 60 * 60
	for _, c := range []struct{ perSecond, clickhouse, parquet float64 }{{0.01, 1, 1}, {2, 10, 60}, {1000, 1000, 1000}} {
		b, err := cost.New(cost.Workload{EventsPerMonth: c.perSecond * month, EventsPerObject: 1, Environment: "dev"}, cost.USEast1, figures())
		require.NoError(t, err)
		require.InEpsilon(t, c.clickhouse, b.Destinations[0].ObjectsPerBatch, 1e-9)
		require.InEpsilon(t, c.parquet, b.Destinations[2].ObjectsPerBatch, 1e-9)
		// What was measured, at a batch of that size.
		l := line(t, b.Destinations[0].Lines, "Lambda: computing")
		require.InEpsilon(t, c.perSecond*month/c.clickhouse*(1+c.clickhouse*0.01)*1769/1024, l.Quantity, 1e-9)
	}
}

// TestSizes: between two measured sizes, and past the largest, an object costs what its events do.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, perObject := range []float64{1, 40, 100, 3000} {
		b, err := cost.New(cost.Workload{EventsPerMonth: 1e6, EventsPerObject: perObject, Environment: "dev", FullBatches: true}, cost.USEast1, figures())
		require.NoError(t, err)
		seconds := 1e6/perObject/1000 + 1e6*0.01
		require.InEpsilon(t, seconds*1769/1024, line(t, b.Destinations[0].Lines, "Lambda: computing").Quantity, 1e-9)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	warned := func(events, perObject float64) []string {
		b, err := cost.New(cost.Workload{EventsPerMonth: events, EventsPerObject: perObject, Environment: "prod", FullBatches: true}, cost.USEast1, measured(t))
		require.NoError(t, err)
		return b.Warnings
	}
	require.Len(t, warned(100e6, 1), 1)
	require.Contains(t, warned(100e6, 1)[0], "at 1000 events an object instead of 1 it would be $")
	require.Empty(t, warned(100e6, 1000), "packed")
	require.Empty(t, warned(1000, 1), "a few cents")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w    cost.Workload
		says string
	}{
		{cost.Workload{EventsPerObject: 1, Environment: "prod"}, "EVENTS must be"},
		{cost.Workload{EventsPerMonth: 1, EventsPerObject: 0.5, Environment: "prod"}, "EVENTS_PER_OBJECT must be"},
		{cost.Workload{EventsPerMonth: 1, EventsPerObject: 1, Environment: "moon"}, "[dev preprod prod]"},
	} {
		require.ErrorContains(t, c.w.Check(), c.says)
		_, err := cost.New(c.w, cost.USEast1, figures())
		require.ErrorContains(t, err, c.says)
	}
	_, err := cost.New(cost.Workload{EventsPerMonth: 1, EventsPerObject: 1, Environment: "prod"}, cost.USEast1, cost.Measured{})
	require.ErrorContains(t, err, "destination clickhouse was not measured")
	require.Equal(t, []string{"dev", "preprod", "prod"}, cost.Environments())
}

func measured(t *testing.T) cost.Measured {
	t.Helper()
	m, err := cost.LoadMeasured()
	require.NoError(t, err)
	return m
}

// TestTargets: what was measured costs no more than was promised.
func TestTargets(t *testing.T) {
	t.Parallel()
	for perObject, most := range map[float64]float64{1: 11, 1000: 0.03} {
		b, err := cost.New(cost.Workload{EventsPerMonth: 1e9, EventsPerObject: perObject, Environment: "prod", FullBatches: true}, cost.USEast1, measured(t))
		require.NoError(t, err)
		require.Less(t, b.PerMillion(), most, "at %v events an object", perObject)
	}
}

// TestCoefficients: the file that Terraform reads is the model.
func TestCoefficients(t *testing.T) {
	t.Parallel()
	table, err := cost.Tabulate(cost.USEast1, measured(t))
	require.NoError(t, err)
	want, err := table.Encode()
	require.NoError(t, err)
	got, err := os.ReadFile("coefficients.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run `go run ./shared/cost/cmd/cost -coefficients shared/cost/coefficients.json`")

	w := cost.Workload{EventsPerMonth: 7e6, EventsPerObject: 100, Environment: "prod", FullBatches: true}
	b, err := cost.New(w, cost.USEast1, measured(t))
	require.NoError(t, err)
	perMillion := table.Shared.PerMillion["100"]
	for _, d := range table.Destinations {
		perMillion += d.PerMillion["100"]
	}
	require.InDelta(t, b.PerMillion(), perMillion, 1e-5)
	require.InDelta(t, cost.Sum(b.Fixed), table.FixedMonthlyUSD, 1e-5)
}
