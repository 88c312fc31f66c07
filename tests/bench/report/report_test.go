package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/report"
)

var results = report.Results{
	Date: "2026-01-02", Machine: "a machine", Events: 1000, Rounds: 5,
	Targets: []report.Target{{What: "fast", Want: "≥ 2×", Got: "3×", Met: true}, {What: "small", Want: "≤ 1 MB", Got: "2 MB"}},
	Comparisons: []report.Comparison{{Job: "job", Contenders: []report.Contender{
		{Name: "ours", EventsPerSecond: 123_456, Slower: 1, Bytes: 2000}, {Name: "theirs", EventsPerSecond: 1234, Slower: 100},
	}}},
	Scaling:   []report.Point{{Function: "f", EventsPerObject: 1, Objects: 1000, EventsPerSecond: 4321, S3Requests: 1001}},
	Functions: []report.Function{{Name: "f", ColdMilliseconds: 12, ZipBytes: 5_000_000, PeakRSS: 100 << 20}},
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	page := results.Markdown()
	for _, part := range []string{
		"| fast | ≥ 2× | 3× | met |", "| small | ≤ 1 MB | 2 MB | **missed** |", "| ours | 123,000 | 1.00× | 2.0 |",
		"| theirs | 1,200 | 100.00× |  |", "| f | 1 | 1,000 | 4,300 |", "| f | 12 ms | 5.0 MB | 100 MiB",
	} {
		require.Contains(t, page, part)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "results.json")
	_, err := report.Read(path)
	require.ErrorContains(t, err, "go tool task bench")
	require.NoError(t, results.Write(path))
	read, err := report.Read(path)
	require.NoError(t, err)
	require.Equal(t, results, read)
	require.Equal(t, "small", read.Missed()[0].What)
	one, ok := read.Find("job", "theirs")
	require.True(t, ok)
	require.InDelta(t, 100, one.Slower, 0)
	_, ok = read.Find("job", "nobody")
	require.False(t, ok)
}

func TestReadme(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(path, []byte("above\n<!-- bench: written by `go tool task bench:readme` -->\nold\n<!-- /bench -->\nbelow\n"), 0o600))
	for range 2 { // as often as one likes
		require.NoError(t, results.Readme(path))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(text), "above\n<!-- bench")
		require.Contains(t, string(text), "| fast |")
		require.Contains(t, string(text), "<!-- /bench -->\nbelow\n")
		require.NotContains(t, string(text), "old")
	}
	require.NoError(t, os.WriteFile(path, []byte("no block"), 0o600))
	require.ErrorContains(t, results.Readme(path), "no block")
}
