package lakefile_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestEveryFieldComesBack(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, rumtest.Limits()...)
	read := rows(t, encode(t, lakefile.NewEncoder(), events))
	require.Len(t, read, events.Len())

	// The events are alike in everything but what they are about, so the order of the file is not that of the block.
	for i := range events.Len() {
		want := lakefile.Row(rumtest.RowOf(events, i))
		same := slices.IndexFunc(read, func(got lakefile.Row) bool { return cmp.Equal(want, got) })
		if same < 0 {
			t.Fatalf("event %d did not come back; nearest:\n%s", i, cmp.Diff(want, read[min(i, len(read)-1)]))
		}
		read = slices.Delete(read, same, same+1)
	}
}

func TestSameEventsSameBytes(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, slices.Concat(rumtest.Limits(), laketest.Volume(3000, 1, 1))...)
	other := laketest.Block(t, laketest.Volume(5000, 1, 2)...)
	want := encode(t, lakefile.NewEncoder(), events)

	used := lakefile.NewEncoder()
	for range 3 {
		encode(t, used, other)
		if got := encode(t, used, events); !bytes.Equal(want, got) {
			t.Fatalf("an encoder that was used wrote other bytes: %d, not %d", len(got), len(want))
		}
	}
}

// unlike is events of which no two have the same device_model, a column that expects few values: no dictionary pays.
func unlike(t *testing.T) *rum.Block {
	t.Helper()
	lines := make([]string, 8000)
	for i := range lines {
		model := fmt.Sprintf("%0300d", i)
		lines[i] = rumtest.Event(map[string]any{"device_model": model, "session_id": model, "ua_family": "Firefox", "beacon_seq": i})
	}
	return laketest.Block(t, lines...)
}

func TestDictionariesThatDoNotPay(t *testing.T) {
	t.Parallel()
	events := unlike(t)
	file := encode(t, lakefile.NewEncoder(), events)
	f := footer(t, file)
	model := f.Metadata().RowGroups[0].Columns[leafOf(t, f, "device_model")].MetaData
	require.Equal(t, []format.PageEncodingStats{
		{PageType: format.DataPage, Encoding: format.DeltaLengthByteArray, Count: 19},
	}, []format.PageEncodingStats(model.EncodingStats))
	family := f.Metadata().RowGroups[0].Columns[leafOf(t, f, "ua_family")].MetaData
	require.Equal(t, []format.PageEncodingStats{
		{PageType: format.DataPage, Encoding: format.RLEDictionary, Count: 1},
		{PageType: format.DictionaryPage, Encoding: format.Plain, Count: 1},
	}, []format.PageEncodingStats(family.EncodingStats))
	for i, row := range rows(t, file, "device_model", "ua_family") {
		if want := (lakefile.Row{"device_model": fmt.Sprintf("%0300d", i), "ua_family": "Firefox"}); !maps.Equal(want, row) {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	require.True(t, bytes.Equal(file, encode(t, lakefile.NewEncoder(), events)), "a repeat is the same bytes")
}

func TestRowsAreSorted(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, laketest.Volume(5000, 1, 3)...)
	read := rows(t, encode(t, lakefile.NewEncoder(), events))
	require.True(t, slices.IsSortedFunc(read, func(a, b lakefile.Row) int {
		for _, name := range []string{"site_id", "event_type", "url_host", "url_path"} {
			if a[name] != b[name] {
				return strings.Compare(a[name].(string), b[name].(string))
			}
		}
		return int(a["event_ts"].(int64) - b["event_ts"].(int64))
	}))
}

func TestRowsThatAreEqualKeepTheirOrder(t *testing.T) {
	t.Parallel()
	lines := make([]string, 500)
	for i := range lines {
		lines[i] = rumtest.Event(map[string]any{"beacon_seq": i})
	}
	for i, row := range rows(t, encode(t, lakefile.NewEncoder(), laketest.Block(t, lines...))) {
		require.Equal(t, uint64(i), row["beacon_seq"])
	}
}

func TestOnlyTheNamedRowsAreInTheFile(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, laketest.Volume(1000, 1, 4)...)
	picked := []int{3, 500, 999}
	var want []lakefile.Row
	for _, i := range picked {
		want = append(want, lakefile.Row(rumtest.RowOf(events, i)))
	}
	require.ElementsMatch(t, want, rows(t, encodeRows(t, events, picked)))
}

func TestCountsThatNoSignedColumnHolds(t *testing.T) {
	t.Parallel()
	const most = "18446744073709551615"
	events := laketest.Block(t,
		rumtest.Event(map[string]any{"beacon_seq": 0, "transfer_bytes": uint64(1<<63 - 1)}),
		rumtest.Event(map[string]any{"beacon_seq": 1, "transfer_bytes": uint64(1 << 63)}),
		rumtest.Event(map[string]any{"beacon_seq": 2, "transfer_bytes": uint64(1<<64 - 1), "extra": map[string]string{"z": "1", "a": "2"}}),
	)
	data := encode(t, lakefile.NewEncoder(), events)
	for i, row := range rows(t, data) {
		require.Empty(t, cmp.Diff(lakefile.Row(rumtest.RowOf(events, i)), row))
	}
	// What an engine sees that does not know of this: nothing in the column, the number in extra.
	raw := rawRows(t, data, "transfer_bytes", "extra.key_value.key", "extra.key_value.value")
	require.Equal(t, []string{"9223372036854775807", "<null>", "<null>"}, raw[0])
	require.Equal(t, []string{"<null>", "rumline.transfer_bytes", "a", "rumline.transfer_bytes", "z"}, raw[1])
	require.Equal(t, []string{"<null>", "9223372036854775808", "2", most, "1"}, raw[2])
}

func TestARequiredFieldMustBeThere(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, rumtest.Event(nil))
	events.Column(rum.Index("site_id")).Valid[0] = false
	err := lakefile.NewEncoder().Encode(new(bytes.Buffer), lake.File{Events: events, Rows: []int{0}})
	require.ErrorContains(t, err, "site_id")
}
