package export_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/lake/laketest/engine"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// An engine that shares no code with the writer must see what we see.
func TestClickHouseReadsTheFile(t *testing.T) {
	t.Parallel()
	ch := engine.Start(t)
	events := laketest.Block(t, slices.Concat(rumtest.Limits(), laketest.Volume(500, 1, 1))...)
	file := encode(t, export.NewEncoder(), events)
	var want []rumtest.Row
	for row, err := range export.Rows(strings.NewReader(string(file))) {
		require.NoError(t, err)
		if row["url_query_keys"] == nil {
			row["url_query_keys"] = []string{} // ClickHouse has no list that is absent
		}
		want = append(want, rumtest.Row(row))
	}
	got := ch.Rows(engine.Table("JSONEachRow", structure(), plainText(t, file)))
	require.Len(t, got, len(want))
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Fatalf("row %d: %s", i, diff)
		}
	}
}

// structure is a table's columns as ClickHouse takes them.
func structure() string {
	columns := make([]string, 0, len(rum.Fields()))
	for _, f := range rum.Fields() {
		columns = append(columns, fmt.Sprintf("%s %s", f.Name, map[rum.Kind]string{
			rum.String: "Nullable(String)", rum.UUID: "UUID", rum.Timestamp: `DateTime64(3, \'UTC\')`,
			rum.Uint8: "Nullable(UInt8)", rum.Uint16: "Nullable(UInt16)", rum.Uint32: "Nullable(UInt32)", rum.Uint64: "Nullable(UInt64)",
			rum.Float32: "Nullable(Float32)", rum.Float64: "Nullable(Float64)", rum.Bool: "Nullable(Bool)",
			rum.StringList: "Array(String)", rum.StringMap: "Map(String, String)",
		}[f.Kind]))
	}
	return strings.Join(columns, ", ")
}
