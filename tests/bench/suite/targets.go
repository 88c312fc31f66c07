package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/cost"
	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/report"
	"github.com/rumline/rumline/tests/bench/rig"
)

// sheet collects targets.
type sheet struct{ rows []report.Target }

func (t *sheet) atLeast(what string, least, got float64, format string) {
	t.rows = append(t.rows, report.Target{What: what, Want: "≥ " + fmt.Sprintf(format, least), Got: fmt.Sprintf(format, got), Met: got >= least})
}

func (t *sheet) atMost(what string, most, got float64, format string) {
	t.rows = append(t.rows, report.Target{What: what, Want: "≤ " + fmt.Sprintf(format, most), Got: fmt.Sprintf(format, got), Met: got <= most})
}

// targets holds the results against what was promised.
func (s *Suite) targets(ctx context.Context, r report.Results) ([]report.Target, error) {
	t := &sheet{}
	if s.Peers {
		for _, want := range []struct {
			job, peer, text string
			times           float64
		}{
			{parquetGzip, duckDB, "Parquet from gzip, against DuckDB with 1 thread", 1.6},
			{parquetGzip, chDB, "Parquet from gzip, against chDB with 1 thread", 1.6},
			{parquetGzip, naiveGo, "Parquet from gzip, against encoding/json and rows of parquet-go", 4},
			{parquetGzip, nodeJS, "Parquet from gzip, against Node.js", 6},
			{parquetZstd, duckDB, "Parquet from zstd, against DuckDB with 1 thread", 1.8},
			{clickhouseGzip, naiveGo, "ClickHouse, against encoding/json and AppendStruct", 2.5},
			{jsonGzip, naiveGo, "JSON, against encoding/json", 4},
		} {
			peer, ok := r.Find(want.job, want.peer)
			if !ok {
				return nil, fmt.Errorf("%s was not run on %q", want.peer, want.job)
			}
			t.atLeast(want.text, want.times, peer.Slower, "%.2f× as fast")
		}
		if err := s.sizes(ctx, t, r); err != nil {
			return nil, err
		}
		bare, _ := r.Find(clickhouseGzip, noWriter)
		t.atMost("ClickHouse, processor time against gunzip and decode alone", 1.3, 1/bare.Slower, "%.2f×")
	}
	if err := s.jsonSize(t); err != nil {
		return nil, err
	}
	for _, p := range r.Scaling {
		if p.EventsPerObject == 1 && p.Objects == 1000 {
			t.atLeast(p.Function+": one event an object, S3 in 20 ms, batches of 1,000, one vCPU", 4000, p.EventsPerSecond, "%.0f events/s")
		}
	}
	for _, name := range rig.Destinations {
		least := 100_000.0
		if name == "json" {
			least = 80_000
		}
		if packed := slowestPacked(r, name); !math.IsInf(packed, 0) {
			t.atLeast(name+": 1,000 events an object or more, one vCPU", least, packed, "%.0f events/s")
		}
	}
	for _, f := range r.Functions {
		t.atMost(f.Name+": peak memory, objects of 64 MB", 256, float64(max(f.PeakRSS, f.PeakRSSAgain)>>20), "%.0f MiB")
		t.atMost(f.Name+": cold start", 60, f.ColdMilliseconds, "%.0f ms")
		t.atMost(f.Name+": zip", 10, float64(f.ZipBytes)/1e6, "%.1f MB")
	}
	return t.rows, s.costs(t)
}

// slowestPacked is the fewest events of a second of the core that a function delivers of packed objects.
func slowestPacked(r report.Results, name string) float64 {
	slowest := math.Inf(1)
	for _, p := range r.Scaling {
		if p.Function == name && p.EventsPerObject >= 1000 {
			slowest = min(slowest, p.PerCPUSecond)
		}
	}
	return slowest
}

// sizes compares the file with DuckDB's: of the same input, of which DuckDB leaves out the fields that it was not told of, and
// of the file's own rows.
func (s *Suite) sizes(ctx context.Context, t *sheet, r report.Results) error {
	ours, ok := r.Find(parquetGzip, Ours)
	theirs, ok2 := r.Find(parquetGzip, duckDB)
	if !ok || !ok2 || theirs.Bytes == 0 {
		return errors.New("nothing tells how large the Parquet files are")
	}
	t.atMost("Parquet, size against DuckDB's, which drops fields that it does not know", 1.1, float64(ours.Bytes)/float64(theirs.Bytes), "%.3f×")
	before, after, err := s.rewrite(ctx)
	if err != nil {
		return err
	}
	t.atMost("Parquet, size against DuckDB rewriting the same rows", 1.1, float64(before)/float64(after), "%.3f×")
	return nil
}

// jsonSize compares the file with what zstd's default level makes of it.
func (s *Suite) jsonSize(t *sheet) error {
	return s.use(rig.Options{Function: "json"}, func(r *rig.Rig) error {
		got, err := deliver(r, [][]byte{s.whole[load.Gzip]}, s.Events)
		if err != nil {
			return err
		}
		ours, again := 0, 0
		for _, file := range got.Files {
			d, err := zstd.NewReader(bytes.NewReader(file), zstd.WithDecoderConcurrency(1))
			if err != nil {
				return fmt.Errorf("read a file: %w", err)
			}
			var packed bytes.Buffer
			e, err := zstd.NewWriter(&packed, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
			if err != nil {
				return fmt.Errorf("compress a file: %w", err)
			}
			if _, err := e.ReadFrom(d); err != nil {
				return fmt.Errorf("compress a file: %w", err)
			}
			d.Close()
			if err := e.Close(); err != nil {
				return fmt.Errorf("compress a file: %w", err)
			}
			ours, again = ours+len(file), again+packed.Len()
		}
		t.atMost("JSON, size against zstd's default level", 1.05, float64(ours)/float64(again), "%.3f×")
		return nil
	})
}

// costs are those of the figures that were kept last.
func (s *Suite) costs(t *sheet) error {
	m, err := cost.LoadMeasured()
	if err != nil {
		return err
	}
	for _, want := range []struct {
		text            string
		perObject, most float64
	}{{"a million events, three destinations, 1,000 an object", 1000, 0.03}, {"a million events, three destinations, one an object", 1, 11}} {
		b, err := cost.New(cost.Workload{EventsPerMonth: 1e9, EventsPerObject: want.perObject, Environment: "prod", FullBatches: true}, cost.USEast1, m)
		if err != nil {
			return err
		}
		t.atMost(want.text, want.most, b.PerMillion(), "$%.3f")
	}
	return nil
}
