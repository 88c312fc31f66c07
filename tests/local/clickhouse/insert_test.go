package clickhouse_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func withToken(ctx context.Context, token string) context.Context {
	return driver.Context(ctx, driver.WithSettings(driver.Settings{
		"insert_deduplication_token": token, "deduplicate_blocks_in_dependent_materialized_views": 1,
	}))
}

func sendNumbers(ctx context.Context, conn driver.Conn, numbers ...uint64) error {
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO t (n)")
	if err != nil {
		return err
	}
	if err := batch.Column(0).Append(numbers); err != nil {
		return err
	}
	return batch.Send()
}

const dedupTable = "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100"

// TestDeduplication: a batch sent again under its token counts once, in the table and in the view behind it; the same rows under
// another token count again, so it is the token and not the content that is remembered.
func TestDeduplication(t *testing.T) {
	conn := open(t)
	mustExec(t, conn, dedupTable,
		`CREATE TABLE sums (k UInt8, total UInt64) ENGINE = SummingMergeTree ORDER BY k SETTINGS non_replicated_deduplication_window = 100`,
		"CREATE MATERIALIZED VIEW sums_mv TO sums AS SELECT 1 AS k, sum(n) AS total FROM t GROUP BY k")
	for _, step := range []struct {
		token       string
		rows, total uint64
	}{
		{"batch-1/0", 2, 30}, {"batch-1/0", 2, 30}, {"batch-1/1", 4, 60}, {"batch-1/0", 4, 60}, {"it's \\ \"x", 6, 90}, {"it's \\ \"x", 6, 90},
	} {
		require.NoError(t, sendNumbers(withToken(t.Context(), step.token), conn, 10, 20))
		require.Equal(t, step.rows, one[uint64](t, conn, "SELECT count() FROM t"), step.token)
		require.Equal(t, step.total, one[uint64](t, conn, "SELECT sum(total) FROM sums"), step.token)
	}
}

// TestCompressions sends and reads through every compression that the driver offers.
func TestCompressions(t *testing.T) {
	for _, method := range []driver.CompressionMethod{
		driver.CompressionNone, driver.CompressionLZ4, driver.CompressionZSTD, driver.CompressionGZIP, driver.CompressionDeflate, driver.CompressionBrotli,
	} {
		t.Run(method.String(), func(t *testing.T) {
			conn := open(t, func(o *driver.Options) { o.Compression = &driver.Compression{Method: method, Level: 3} })
			mustExec(t, conn, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
			numbers := make([]uint64, 300_000) // 2.4 MB: several frames
			for i := range numbers {
				numbers[i] = uint64(i) * 0x9e3779b97f4a7c15
			}
			require.NoError(t, sendNumbers(t.Context(), conn, numbers...))
			rows, err := conn.Query(t.Context(), "SELECT n FROM t")
			require.NoError(t, err)
			var got, want, count uint64
			for rows.Next() {
				var n uint64
				require.NoError(t, rows.Scan(&n))
				got ^= n
				count++
			}
			require.NoError(t, rows.Err())
			for _, n := range numbers {
				want ^= n
			}
			require.Equal(t, uint64(len(numbers)), count)
			require.Equal(t, want, got)
		})
	}
}

// TestInsertForms: whatever way data comes, it arrives whole. Blank lines end inline data in the engine's own parser.
func TestInsertForms(t *testing.T) {
	for name, c := range map[string]struct{ query, body, want string }{
		"data in the body":         {"INSERT INTO t FORMAT JSONEachRow", "{\"n\":1,\"s\":\"a\"}\n\n{\"n\":2,\"s\":\"b\"}\n", "[(1,'a'),(2,'b')]"},
		"statement in the body":    {"", "INSERT INTO t (n, s) FORMAT JSONEachRow\n{\"n\":1,\"s\":\"a\"}\n\n\n{\"n\":2,\"s\":\"b\"}", "[(1,'a'),(2,'b')]"},
		"values":                   {"", "INSERT INTO t (n, s) VALUES (1, 'a\n\nb'), (1 + 1, upper('c'));", `[(1,'a\n\nb'),(2,'C')]`},
		"values in the body":       {"INSERT INTO t VALUES", "(1, 'VALUES; SELECT')", "[(1,'VALUES; SELECT')]"},
		"values with settings":     {"INSERT INTO t (n, s) SETTINGS max_insert_threads = 1 VALUES", "(1, 'x')", "[(1,'x')]"},
		"select":                   {"", "INSERT INTO t SELECT number, 'x\n\ny' FROM numbers(2)", `[(0,'x\n\ny'),(1,'x\n\ny')]`},
		"select in brackets":       {"", "INSERT INTO t (n, s) (SELECT 7, 'z')", "[(7,'z')]"},
		"csv after a comment":      {"", "-- FORMAT no\nINSERT /* VALUES */ INTO `t` FORMAT CSV\n1,a\n2,\"b\n\nc\"\n", `[(1,'a'),(2,'b\n\nc')]`},
		"tab separated, first nil": {"INSERT INTO t (s, n) FORMAT TSV", "\t5\n", "[(5,'')]"},
		"no data":                  {"INSERT INTO t FORMAT JSONEachRow", "", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			conn := open(t)
			mustExec(t, conn, "CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
			database := one[string](t, conn, "SELECT currentDatabase()")
			status, body, header := post(t, url.Values{"query": {c.query}, "database": {database}}, strings.NewReader(c.body))
			require.Equal(t, http.StatusOK, status, body)
			require.Contains(t, header.Get("X-ClickHouse-Summary"), `"written_rows":"`)
			require.Equal(t, c.want, one[string](t, conn, "SELECT toString(groupArray((n, s))) FROM (SELECT * FROM t ORDER BY n)"))
		})
	}
}

// TestBrokenInserts: data that is wrong, or breaks off, leaves nothing of its block behind and says why.
func TestBrokenInserts(t *testing.T) {
	conn := open(t)
	mustExec(t, conn, "CREATE TABLE t (n UInt64, CONSTRAINT small CHECK n < 1000) ENGINE = MergeTree ORDER BY n")
	database := one[string](t, conn, "SELECT currentDatabase()")
	for name, c := range map[string]struct {
		query string
		more  url.Values
		body  string
		code  string
	}{
		"a wrong value":          {"INSERT INTO t FORMAT JSONEachRow", nil, "{\"n\":1}\n{\"n\":\"x\"}\n", "27"},
		"a broken constraint":    {"INSERT INTO t FORMAT JSONEachRow", nil, "{\"n\":1}\n{\"n\":1000}\n", "469"},
		"no such table":          {"INSERT INTO nope FORMAT JSONEachRow", nil, "{\"n\":1}\n", "60"},
		"no such format":         {"INSERT INTO t FORMAT Nope", nil, "{\"n\":1}\n", "73"},
		"Native that breaks off": {"INSERT INTO t FORMAT Native", nil, "\x01\x02\x01n\x06UInt64\x01\x00\x00", "33"},
		"a frame that breaks off": {
			"INSERT INTO t FORMAT Native", url.Values{"decompress": {"1"}}, "0123456789abcdef\x82\xff\x00\x00\x00\xff\x00\x00\x00xx", "33",
		},
	} {
		t.Run(name, func(t *testing.T) {
			values := url.Values{"query": {c.query}, "database": {database}}
			maps.Copy(values, c.more)
			status, body, header := post(t, values, strings.NewReader(c.body))
			require.NotEqual(t, http.StatusOK, status)
			require.Equal(t, c.code, header.Get("X-ClickHouse-Exception-Code"), body)
			require.Equal(t, uint64(0), one[uint64](t, conn, "SELECT count() FROM t"))
		})
	}
}

// TestManyRows sends 400,000 rows in one insert of 400 MB, which the server must take as they come. What it keeps for itself, it
// took in the insert of 200,000 before.
func TestManyRows(t *testing.T) {
	conn := open(t)
	mustExec(t, conn, "CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
	database := one[string](t, conn, "SELECT currentDatabase()")
	const few, many, width = 200_000, 400_000, 1_000
	insert := func(from, to int) {
		pr, pw := io.Pipe()
		go func() {
			padding := strings.Repeat("x", width)
			var err error
			for n := from; n < to && err == nil; n++ {
				_, err = fmt.Fprintf(pw, "{\"n\":%d,\"s\":\"%s\"}\n", n, padding)
			}
			pw.CloseWithError(err)
		}()
		status, body, header := post(t, url.Values{
			"query": {"INSERT INTO t FORMAT JSONEachRow"}, "database": {database},
			// What the engine itself gathers before it writes a part is 256 MiB by default.
			"min_insert_block_size_bytes": {"16777216"}, "min_insert_block_size_rows": {"16384"}, "max_insert_threads": {"1"}, "input_format_parallel_parsing": {"0"},
		}, pr)
		require.Equal(t, http.StatusOK, status, body)
		require.Contains(t, header.Get("X-ClickHouse-Summary"), fmt.Sprintf(`"written_rows":"%d"`, to-from))
	}
	insert(0, few)
	before := peakBytes(t, server(t).PID())
	insert(few, few+many)
	grown := peakBytes(t, server(t).PID()) - before
	t.Logf("peak memory grew by %d MiB for %d MiB of data", grown>>20, many*width>>20)
	require.Less(t, grown, int64(many*width*3/4))
	require.Equal(t, uint64(few+many), one[uint64](t, conn, "SELECT uniqExact(n) FROM t"))
}

// peakBytes is a process's greatest resident size so far; 0 where the system does not tell.
func peakBytes(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	match := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, match)
	kib, err := strconv.ParseInt(string(match[1]), 10, 64)
	require.NoError(t, err)
	return kib << 10
}

// TestConcurrent runs inserts and selects at once over a pool; every row must be there at the end, and no setting of one in another.
func TestConcurrent(t *testing.T) {
	conn := open(t, func(o *driver.Options) { o.MaxOpenConns = 16 })
	mustExec(t, conn, dedupTable)
	const writers, batches, rows = 8, 10, 100
	group, ctx := errgroup.WithContext(t.Context())
	for w := range writers {
		group.Go(func() error {
			for b := range batches {
				numbers := make([]uint64, rows)
				for i := range numbers {
					numbers[i] = uint64((w*batches+b)*rows + i)
				}
				for range 2 { // each batch twice, under its token
					if err := sendNumbers(withToken(ctx, fmt.Sprintf("%d-%d", w, b)), conn, numbers...); err != nil {
						return err
					}
				}
			}
			return nil
		})
		group.Go(func() error {
			for range batches {
				var token string
				if err := conn.QueryRow(ctx, "SELECT getSetting('insert_deduplication_token') FROM (SELECT count() FROM t)").Scan(&token); err != nil {
					return err
				}
				if token != "" {
					return fmt.Errorf("a SELECT sees the token %q of an INSERT", token)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, uint64(writers*batches*rows), one[uint64](t, conn, "SELECT count() FROM t"))
	require.Equal(t, uint64(writers*batches*rows), one[uint64](t, conn, "SELECT uniqExact(n) FROM t"))
}

// post sends a request as curl would, with the shared server's credentials.
func post(t *testing.T, values url.Values, body io.Reader) (status int, text string, header http.Header) {
	t.Helper()
	return send(t, http.MethodPost, values, body)
}

func send(t *testing.T, method string, values url.Values, body io.Reader) (status int, text string, header http.Header) {
	t.Helper()
	dsn, err := url.Parse(server(t).DSN())
	require.NoError(t, err)
	dsn.Path, dsn.RawQuery = "/", values.Encode()
	request, err := http.NewRequestWithContext(t.Context(), method, dsn.String(), body)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	var buffer bytes.Buffer
	_, err = buffer.ReadFrom(response.Body)
	require.NoError(t, err)
	return response.StatusCode, buffer.String(), response.Header
}
