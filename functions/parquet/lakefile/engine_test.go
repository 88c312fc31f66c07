package lakefile_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/lake/laketest/engine"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// An engine that shares no code with the writer must see what we see.
func TestClickHouseReadsTheFile(t *testing.T) {
	t.Parallel()
	ch := engine.Start(t)
	events := laketest.Block(t, slices.Concat(rumtest.Limits(), laketest.Volume(1000, 1, 1))...)
	file := encode(t, lakefile.NewEncoderOf(1000), events)
	table := engine.Table("Parquet", "", file)

	t.Run("types", func(t *testing.T) {
		var want []engine.Column
		for _, f := range rum.Fields() {
			want = append(want, engine.Column{Name: f.Name, Type: clickhouseType(f)})
		}
		require.Empty(t, cmp.Diff(want, ch.Describe(table)))
	})
	t.Run("values", func(t *testing.T) {
		want, got := rows(t, file), ch.Rows(table)
		require.Len(t, got, len(want))
		for i := range want {
			if diff := cmp.Diff(asClickHouseHasIt(want[i]), got[i]); diff != "" {
				t.Fatalf("row %d: %s", i, diff)
			}
		}
	})
	t.Run("a column whose dictionary does not pay", func(t *testing.T) {
		table := engine.Table("Parquet", "", encode(t, lakefile.NewEncoder(), unlike(t)))
		require.Equal(t, "(8000,8000,2400000,8000)", ch.Text(`SELECT toString(tuple(
			count(), uniqExact(device_model), sum(length(device_model)), countIf(toUInt64(device_model) = beacon_seq))) FROM `+table))
	})
}

func clickhouseType(f rum.Field) string {
	var t string
	switch f.Kind {
	case rum.String, rum.UUID:
		t = "String"
	case rum.Timestamp:
		t = "DateTime64(3, 'UTC')"
	case rum.Uint8, rum.Uint16:
		t = "Int32"
	case rum.Uint32, rum.Uint64:
		t = "Int64"
	case rum.Float32:
		t = "Float32"
	case rum.Float64:
		t = "Float64"
	case rum.Bool:
		t = "Bool"
	case rum.StringList:
		return "Array(String)"
	case rum.StringMap:
		return "Map(String, String)"
	}
	if f.Required {
		return t
	}
	return "Nullable(" + t + ")"
}

// asClickHouseHasIt undoes what our reader does beyond the file, and does what ClickHouse does.
func asClickHouseHasIt(row lakefile.Row) rumtest.Row {
	for _, f := range rum.Fields() {
		switch v := row[f.Name].(type) {
		case uint64:
			if v > math.MaxInt64 {
				delete(row, f.Name)
				row["extra"].(map[string]string)["rumline."+f.Name] = strconv.FormatUint(v, 10)
			}
		case nil:
			if f.Kind == rum.StringList {
				row[f.Name] = []string{}
			}
		}
	}
	return rumtest.Row(row)
}
