package quarantine_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
)

var config = quarantine.Config{Bucket: laketest.BucketName, Prefix: "quarantine/"}

var source = quarantine.Source{Bucket: "raw", Key: "rum/a b.ndjson", VersionID: "v1", ETag: "e1"}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", quarantine.MaxRawBytes)
	tests := map[string]struct {
		rejected rum.Rejected
		want     quarantine.Record
	}{
		"a line": {
			rum.Rejected{Reason: rum.Negative, Field: "lcp_ms", Detail: "-1", Line: 7, Offset: 4711, Raw: []byte(`{"lcp_ms":-1,"a":"<&>"}`)},
			quarantine.Record{Reason: rum.Negative, Field: "lcp_ms", Detail: "-1", Line: 7, Offset: 4711, Raw: `{"lcp_ms":-1,"a":"<&>"}`},
		},
		"no UTF-8": {
			rum.Rejected{Reason: rum.InvalidUTF8, Line: 1, Raw: []byte("{\"a\":\"\xff\"}")},
			quarantine.Record{Reason: rum.InvalidUTF8, Line: 1, RawBase64: []byte("{\"a\":\"\xff\"}")},
		},
		"no bytes at all": {
			rum.Rejected{Reason: rum.UnclosedArray, Line: 9, Offset: 100},
			quarantine.Record{Reason: rum.UnclosedArray, Line: 9, Offset: 100},
		},
		"the rest of an object": {
			rum.Rejected{Reason: rum.Truncated, Detail: "it breaks off", Line: 9, Offset: 100, Rest: true},
			quarantine.Record{Reason: rum.Truncated, Detail: "it breaks off", Line: 9, Offset: 100, Rest: true},
		},
		"just within the limit": {
			rum.Rejected{Reason: rum.Syntax, Raw: []byte(long)},
			quarantine.Record{Reason: rum.Syntax, Raw: long},
		},
		"over the limit": {
			rum.Rejected{Reason: rum.Syntax, Raw: []byte(long + "y")},
			quarantine.Record{Reason: rum.Syntax, Raw: long, RawCut: true},
		},
		"over the limit in the middle of a character": {
			rum.Rejected{Reason: rum.Syntax, Raw: []byte(long[2:] + "€€")},
			quarantine.Record{Reason: rum.Syntax, Raw: long[2:], RawCut: true},
		},
		"over the limit behind a character": {
			rum.Rejected{Reason: rum.Syntax, Raw: []byte(long[3:] + "€€")},
			quarantine.Record{Reason: rum.Syntax, Raw: long[3:] + "€", RawCut: true},
		},
		"cut by the decoder": {
			rum.Rejected{Reason: rum.LineTooLong, Raw: []byte("abc")},
			quarantine.Record{Reason: rum.LineTooLong, Raw: "abc", RawCut: true},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := laketest.NewS3(t)
			before := string(test.rejected.Raw)
			quarantined(t, store, &test.rejected)
			require.Equal(t, before, string(test.rejected.Raw), "the decoder's memory must be left alone")
			got := read(t, store, quarantine.Selection{})
			require.Len(t, got, 1)
			require.Equal(t, before[:len(got[0].Bytes())], string(got[0].Bytes()))
			require.Equal(t, "parquet/b1/00000:0", got[0].ID)
			require.False(t, got[0].Stored.IsZero())

			found, err := reader(t, store).Find(t.Context(), got[0].ID)
			require.NoError(t, err)
			require.Equal(t, got[0], found)

			got[0].ID, got[0].Stored = "", test.want.Stored
			test.want.RecordVersion, test.want.SchemaVersion = 1, rum.SchemaVersion
			test.want.Destination, test.want.BatchID, test.want.Source = "parquet", "b1", source
			require.Equal(t, test.want, got[0])
		})
	}
}

// TestARepeatedPassChangesNothing: the same records have the same keys and bytes, also after a pass that broke off.
func TestARepeatedPassChangesNothing(t *testing.T) {
	t.Parallel()
	store := laketest.NewS3(t)
	q := newQuarantine(t, store)
	fill := func(n int, whole bool) {
		pass := q.Begin("b1")
		for i := range n {
			raw := fmt.Sprintf(`{"n":%d,"text":%q}`, i, strings.Repeat("y", i%1000))
			require.NoError(t, pass.Add(t.Context(), source, &rum.Rejected{Reason: rum.Syntax, Line: int64(i), Raw: []byte(raw)}))
		}
		require.EqualValues(t, n, pass.Records())
		if whole {
			require.NoError(t, pass.Flush(t.Context()))
			require.NoError(t, pass.Flush(t.Context()), "nothing is left to store")
		}
	}
	fill(12_000, false)
	broken := store.Objects(t)
	fill(25_000, true)
	first := store.Objects(t)
	keys := slices.Sorted(maps.Keys(first))
	require.Greater(t, len(keys), 3)
	require.Equal(t, "quarantine/parquet/b1/00000.ndjson.zst", keys[0])
	require.Equal(t, "quarantine/parquet/b1/00001.ndjson.zst", keys[1])
	require.NotEmpty(t, broken)
	for key, body := range broken {
		require.Equal(t, first[key], body, key)
	}
	fill(25_000, true)
	require.Equal(t, first, store.Objects(t))

	records := read(t, store, quarantine.Selection{Destination: "parquet"})
	require.Len(t, records, 25_000)
	for i, r := range records {
		require.EqualValues(t, i, r.Line)
	}
	require.Empty(t, read(t, store, quarantine.Selection{Destination: "par"}))
	require.Empty(t, read(t, store, quarantine.Selection{Since: records[0].Stored.AddDate(0, 0, 1)}))
}

func TestABatchWithoutRefusalsStoresNothing(t *testing.T) {
	t.Parallel()
	store := laketest.NewS3(t)
	require.NoError(t, newQuarantine(t, store).Begin("b1").Flush(t.Context()))
	require.Zero(t, store.Puts())
}

func TestPartsAreBounded(t *testing.T) {
	t.Parallel()
	store := laketest.NewS3(t)
	pass := newQuarantine(t, store).Begin("b1")
	raw := []byte(strings.Repeat("\x00", 2*quarantine.MaxRawBytes)) // the longest there is as JSON
	for n := range 11 {
		require.Zero(t, store.Puts(), "after %d records", n)
		require.NoError(t, pass.Add(t.Context(), source, &rum.Rejected{Reason: rum.Syntax, Raw: raw}))
	}
	require.Equal(t, 1, store.Puts(), "eleven records of 384 KiB are over 4 MiB")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want failure.Code
	}{
		"denied":    {answer(http.StatusForbidden, "AccessDenied"), failure.QuarantineRefused},
		"throttled": {answer(http.StatusServiceUnavailable, "SlowDown"), failure.QuarantineUnavailable},
		"broken":    {errors.New("connection reset"), failure.QuarantineUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := laketest.NewS3(t)
			store.FailPut = func(int) error { return test.err }
			pass := newQuarantine(t, store).Begin("b1")
			require.NoError(t, pass.Add(t.Context(), source, &rum.Rejected{Reason: rum.Syntax}))
			err := pass.Flush(t.Context())
			require.Equal(t, test.want, failure.CodeOf(err), err)
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, "s3://lake-bucket/quarantine/parquet/b1/00000.ndjson.zst")
		})
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config quarantine.Config
		want   string
	}{
		"no bucket": {quarantine.Config{Prefix: "quarantine/"}, "RUMLINE_QUARANTINE_BUCKET"},
		"no slash":  {quarantine.Config{Bucket: "bbb", Prefix: "quarantine"}, "RUMLINE_QUARANTINE_PREFIX"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := quarantine.New(nil, test.config, "parquet")
			require.ErrorContains(t, err, test.want)
			_, err = quarantine.NewReader(nil, test.config)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestFindingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	store := laketest.NewS3(t)
	quarantined(t, store, &rum.Rejected{Reason: rum.Syntax})
	for _, id := range []string{"parquet/b1/00000:1", "parquet/b2/00000:0"} {
		_, err := reader(t, store).Find(t.Context(), id)
		require.ErrorIs(t, err, quarantine.ErrNotFound)
	}
	_, err := reader(t, store).Find(t.Context(), "b1")
	require.ErrorContains(t, err, "no ID")
}

// FuzzRecord: whatever was refused, the record has its bytes, up to the limit.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{"", "{}", "\xff\xfe", "€", "\u2028\x00", "a\xe2\x82"} {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), quarantine.MaxRawBytes-1)
	}
	f.Fuzz(func(t *testing.T, raw []byte, padding int) {
		if padding < 0 || padding > 2*quarantine.MaxRawBytes {
			t.Skip("bytes by the gigabyte")
		}
		raw = append(slices.Repeat([]byte("x"), padding), raw...)
		store := laketest.NewS3(t)
		quarantined(t, store, &rum.Rejected{Reason: rum.Syntax, Raw: raw})
		got := read(t, store, quarantine.Selection{})
		require.Len(t, got, 1)
		kept := got[0].Bytes()
		require.LessOrEqual(t, len(kept), quarantine.MaxRawBytes)
		require.GreaterOrEqual(t, len(kept), min(len(raw), quarantine.MaxRawBytes-3))
		require.Equal(t, string(raw[:len(kept)]), string(kept))
		require.Equal(t, len(kept) < len(raw), got[0].RawCut)
	})
}

func newQuarantine(tb testing.TB, store *laketest.S3) *quarantine.Quarantine {
	tb.Helper()
	q, err := quarantine.New(store, config, "parquet")
	require.NoError(tb, err)
	return q
}

// quarantined stores one record, of batch b1.
func quarantined(tb testing.TB, store *laketest.S3, rejected *rum.Rejected) {
	tb.Helper()
	pass := newQuarantine(tb, store).Begin("b1")
	require.NoError(tb, pass.Add(tb.Context(), source, rejected))
	require.NoError(tb, pass.Flush(tb.Context()))
}

func reader(tb testing.TB, store *laketest.S3) *quarantine.Reader {
	tb.Helper()
	r, err := quarantine.NewReader(store.Client, config)
	require.NoError(tb, err)
	return r
}

func read(tb testing.TB, store *laketest.S3, selection quarantine.Selection) []quarantine.Record {
	tb.Helper()
	var records []quarantine.Record
	for r, err := range reader(tb, store).Records(tb.Context(), selection) {
		require.NoError(tb, err)
		records = append(records, r)
	}
	return records
}

// answer is the error of a client that S3 has answered so.
func answer(status int, code string) error {
	return &smithy.OperationError{ServiceID: s3.ServiceID, OperationName: "PutObject", Err: &awshttp.ResponseError{
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code, Message: "so it is"},
		},
	}}
}
