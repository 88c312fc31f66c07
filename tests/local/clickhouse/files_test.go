package clickhouse_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
)

type parquetRow struct {
	ID    string   `parquet:"id,dict"`
	LCP   *float64 `parquet:"lcp_ms,optional"`
	Extra map[string]string
}

func parquetFile(t *testing.T, from, to int) []byte {
	t.Helper()
	var rows []parquetRow
	for i := from; i < to; i++ {
		row := parquetRow{ID: fmt.Sprint(i), Extra: map[string]string{"k": "v"}}
		if lcp := float64(i) / 2; i%2 == 0 {
			row.LCP = &lcp
		}
		rows = append(rows, row)
	}
	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, rows, parquet.Compression(&parquet.Zstd)))
	return file.Bytes()
}

const parquetSummary = "SELECT toString((count(), countIf(lcp_ms IS NULL), sum(lcp_ms), uniqExact(id), any(Extra['k']))) FROM "

// TestParquetFiles reads Parquet from disk by absolute path and pattern, as an engine independent of the writer.
func TestParquetFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		sub := filepath.Join(dir, fmt.Sprintf("hour=%02d", i))
		require.NoError(t, os.Mkdir(sub, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(sub, "part.parquet"), parquetFile(t, i*10, i*10+10), 0o600))
	}
	conn := open(t)
	require.Equal(t, "(30,15,105,30,'v')", one[string](t, conn, parquetSummary+"file('"+dir+"/hour=*/*.parquet')"))
	require.Equal(t, "(30,15,105,30,'v')", one[string](t, conn, parquetSummary+"file('"+dir+"/**/*.parquet', Parquet)"))
	require.Equal(t, "[('0',10),('1',10),('2',10)]", one[string](t, conn,
		"SELECT toString(groupArray((h, n))) FROM (SELECT toString(hour) h, count() n FROM file('"+dir+"/hour=*/*.parquet') GROUP BY 1 ORDER BY 1)"))
}

// TestParquetInS3 reads Parquet out of a bucket behind an endpoint of our own.
func TestParquetInS3(t *testing.T) {
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	for i := range 3 {
		file := parquetFile(t, i*10, i*10+10)
		_, err := backend.PutObject("lake", fmt.Sprintf("events/dt=2026-11-23/hour=%02d/part.parquet", i), nil, bytes.NewReader(file), int64(len(file)), nil)
		require.NoError(t, err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s3.Close)
	conn := open(t)
	require.Equal(t, "(30,15,105,30,'v')", one[string](t, conn,
		parquetSummary+"s3('"+s3.URL+"/lake/events/dt=*/hour=*/*.parquet', 'test', 'test', 'Parquet')"))
}
