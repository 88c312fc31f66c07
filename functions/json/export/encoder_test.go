package export_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestEveryFieldComesBack(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, rumtest.Limits()...)
	n := 0
	for got, err := range export.Rows(bytes.NewReader(encode(t, export.NewEncoder(), events))) {
		require.NoError(t, err)
		if diff := cmp.Diff(rumtest.RowOf(events, n), rumtest.Row(got)); diff != "" {
			t.Fatalf("event %d: %s", n, diff)
		}
		n++
	}
	require.Equal(t, events.Len(), n)
}

// Short texts are copied by another way than long ones, those of a column without quotes by another than the rest, and a
// file of few of a block's rows does not look.
func TestTextOfEveryLengthComesBack(t *testing.T) {
	t.Parallel()
	var lines []string
	for n := range 70 {
		lines = append(lines, rumtest.Event(map[string]any{"error_message": strings.Repeat("x", n), "error_type": strings.Repeat("y", n)}))
	}
	quoted := rumtest.Event(map[string]any{"error_message": `"`, "error_type": `"`})
	for name, events := range map[string]*rum.Block{
		"nothing to escape": laketest.Block(t, lines...),
		"a quote":           laketest.Block(t, append(slices.Clip(lines), quoted)...),
	} {
		for _, rows := range [][]int{laketest.All(events, nil), {3, 33, 69}} {
			var got []rumtest.Row
			for row, err := range export.Rows(bytes.NewReader(encodeRows(t, export.NewEncoder(), events, rows))) {
				require.NoError(t, err)
				got = append(got, rumtest.Row(row))
			}
			require.Len(t, got, len(rows), name)
			for i, row := range rows {
				require.Empty(t, cmp.Diff(rumtest.RowOf(events, row), got[i]), "%s, row %d", name, row)
			}
		}
	}
}

func TestGoldenLines(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t,
		rumtest.Event(nil),
		rumtest.Event(map[string]any{
			"lcp_ms": 1234.5, "inp_ms": 0, "cls": 0.1, "net_downlink_mbps": 1e21, "clock_skew_ms": -1e-7, "save_data": false,
			"transfer_bytes": uint64(1<<64 - 1), "url_query_keys": []string{"q", "utm_source"}, "is_bot": true,
			"error_message": rumtest.Awkward, "extra": map[string]any{"z": "<b>", "a": "1"},
		}),
		rumtest.Event(map[string]any{"url_query_keys": []string{}, "extra": map[string]any{}, "session_id": ""}),
	)
	got := plainText(t, encode(t, export.NewEncoder(), events))
	const golden = "testdata/lines.golden.ndjson"
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestKeysAreTheFieldsInTheirOrder(t *testing.T) {
	t.Parallel()
	var want []string
	for _, f := range rum.Fields() {
		want = append(want, f.Name)
	}
	for line := range bytes.Lines(plainText(t, encode(t, export.NewEncoder(), laketest.Block(t, rumtest.Limits()...)))) {
		require.Equal(t, want, keys(t, line))
	}
}

func TestALineIsAnEventForEveryReader(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, rumtest.Limits()...)
	text := string(plainText(t, encode(t, export.NewEncoder(), events)))
	// Everything that Python's str.splitlines ends a line at, the strictest reader there is.
	lines := strings.FieldsFunc(text, func(r rune) bool {
		return strings.ContainsRune("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029", r)
	})
	require.Len(t, lines, events.Len())
	require.NotContains(t, text, `\u003c`, "HTML is nobody's business here")
	for _, line := range lines {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

func TestOrderIsThatOfTime(t *testing.T) {
	t.Parallel()
	at := func(ts int64, seq int) string {
		return rumtest.Event(map[string]any{"event_ts": ts, "beacon_seq": seq})
	}
	events := laketest.Block(t, at(rumtest.At+2, 0), at(rumtest.At, 1), at(rumtest.At+2, 2), at(rumtest.At, 3))
	var order []uint64
	for row, err := range export.Rows(bytes.NewReader(encode(t, export.NewEncoder(), events))) {
		require.NoError(t, err)
		order = append(order, row["beacon_seq"].(uint64))
	}
	require.Equal(t, []uint64{1, 3, 0, 2}, order)
}

func TestSameEventsSameBytes(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, slices.Concat(rumtest.Limits(), laketest.Volume(3000, 1, 1))...)
	other := laketest.Block(t, laketest.Volume(5000, 1, 2)...)
	want := encode(t, export.NewEncoder(), events)
	used := export.NewEncoder()
	for range 3 {
		encode(t, used, other)
		require.True(t, bytes.Equal(want, encode(t, used, events)))
	}
}

func TestTextThatIsNoUTF8IsMended(t *testing.T) {
	t.Parallel()
	events := rum.NewBlock()
	d := rum.NewDecoder(strings.NewReader(rumtest.Event(map[string]any{"page_view_id": "aXb"})), "s")
	require.NoError(t, d.Next(events))
	column := events.Column(rum.Index("page_view_id"))
	column.Strings = rum.Strings{}
	column.Strings.AppendString("a\xffb") // the decoder lets no such text through
	require.Contains(t, string(plainText(t, encode(t, export.NewEncoder(), events))), `"a`+"\ufffd"+`b"`)
}

func TestReaderHoldsFilesToTheContract(t *testing.T) {
	t.Parallel()
	line := string(plainText(t, encode(t, export.NewEncoder(), laketest.Block(t, rumtest.Event(nil)))))
	for name, broken := range map[string]string{
		"a key is missing":     strings.Replace(line, `"lcp_ms":null,`, "", 1),
		"a key is unknown":     strings.Replace(line, `"lcp_ms":null,`, `"lcp_ms":null,"more":1,`, 1),
		"a required null":      strings.Replace(line, `"site_id":"shop"`, `"site_id":null`, 1),
		"extra is null":        strings.Replace(line, `"extra":{}`, `"extra":null`, 1),
		"a wrong type":         strings.Replace(line, `"lcp_ms":null`, `"lcp_ms":"1"`, 1),
		"a time without ms":    strings.Replace(line, `.123Z`, `Z`, 1),
		"no closing newline":   strings.TrimSuffix(line, "\n"),
		"a line breaks off":    line[:40] + "\n",
		"an empty line at end": line + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotEqual(t, line, broken)
			var err error
			for _, e := range export.Rows(bytes.NewReader(compress(t, broken))) {
				err = e
			}
			require.Error(t, err)
		})
	}
}

func encode(tb testing.TB, e *export.Encoder, events *rum.Block) []byte {
	tb.Helper()
	return encodeRows(tb, e, events, laketest.All(events, nil))
}

func encodeRows(tb testing.TB, e *export.Encoder, events *rum.Block, rows []int) []byte {
	tb.Helper()
	var file bytes.Buffer
	require.NoError(tb, e.Encode(&file, lake.File{BatchID: "b", Events: events, Rows: rows}))
	return file.Bytes()
}

func plainText(tb testing.TB, file []byte) []byte {
	tb.Helper()
	z, err := zstd.NewReader(bytes.NewReader(file))
	require.NoError(tb, err)
	defer z.Close()
	text, err := io.ReadAll(z)
	require.NoError(tb, err)
	return text
}

func compress(tb testing.TB, text string) []byte {
	tb.Helper()
	var file bytes.Buffer
	z, err := zstd.NewWriter(&file)
	require.NoError(tb, err)
	_, err = io.WriteString(z, text)
	require.NoError(tb, err)
	require.NoError(tb, z.Close())
	return file.Bytes()
}

// keys returns the keys of a JSON object in their order.
func keys(tb testing.TB, object []byte) []string {
	tb.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	_, err := d.Token()
	require.NoError(tb, err)
	var found []string
	for d.More() {
		key, err := d.Token()
		require.NoError(tb, err)
		found = append(found, key.(string))
		var value json.RawMessage
		require.NoError(tb, d.Decode(&value))
	}
	return found
}
