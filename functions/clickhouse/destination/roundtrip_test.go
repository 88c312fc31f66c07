package destination_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/rum"
)

// Every field, absent, at its least, at its most and in between, comes back as it was decoded.
func TestEveryFieldComesBack(t *testing.T) {
	options := clickhousetest.Migrated(t)
	conn := clickhousetest.Open(t, options)
	written := block(t,
		event(t, day0, nil),
		everyField(t, day0, leastValue),
		everyField(t, day0+1, mostValue),
		everyField(t, day0+2, oddValue),
		event(t, day0+3, nil),
		event(t, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), nil),
		event(t, time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC).UnixMilli(), nil),
	)
	for i, f := range rum.Fields() {
		require.Contains(t, written.Column(i).Valid, true, "%s is set in no event of this test", f.Name)
		if !f.Required && f.Kind != rum.StringMap { // a map is empty rather than absent
			require.Contains(t, written.Column(i).Valid, false, f.Name)
		}
	}
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), written)))
	requireRows(t, conn, written)
}

// The engine takes dictionaries with indexes of one, two and four bytes, in columns and in the keys of a map.
func TestDictionariesOfEveryWidth(t *testing.T) {
	for _, distinct := range []int{100, 1000, 66_000} {
		t.Run(fmt.Sprint(distinct), func(t *testing.T) {
			conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
			lines := make([]string, distinct)
			for i := range lines {
				lines[i] = fmt.Sprintf(`{"schema_version":1,"event_type":"page_view","site_id":"s%[1]d","event_ts":%[2]d,"received_ts":%[2]d,`+
					`"page_view_id":"p","url_host":"h","url_path":"/","sdk_name":"x","page_group":"g%[1]d","key%[1]d":"v%[1]d"}`, i, day0+int64(i))
			}
			require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), block(t, lines...))))
			require.Equal(t, uint64(distinct), clickhousetest.Scalar[uint64](t, conn, "SELECT uniqExact(site_id, page_group, extra) FROM rum_events "+
				"WHERE substring(site_id, 2) = substring(page_group, 2) AND extra[concat('key', substring(site_id, 2))] = concat('v', substring(site_id, 2)) "+
				"AND toString(toUnixTimestamp64Milli(event_ts) - "+fmt.Sprint(day0)+") = substring(site_id, 2)"))
		})
	}
}

// requireRows compares the table with a block whose rows differ in event_ts, value by value.
func requireRows(t *testing.T, conn querier, want *rum.Block) {
	t.Helper()
	names := make([]string, len(rum.Fields()))
	for i, f := range rum.Fields() {
		names[i] = f.Name
	}
	rows, err := conn.Query(t.Context(), "SELECT "+strings.Join(names, ", ")+" FROM rum_events")
	require.NoError(t, err)
	defer rows.Close()
	byID := map[uuid.UUID][]any{}
	for rows.Next() {
		targets := make([]any, len(names))
		for i, c := range rows.ColumnTypes() {
			targets[i] = reflect.New(c.ScanType()).Interface()
		}
		require.NoError(t, rows.Scan(targets...))
		for i := range targets {
			targets[i] = dereferenced(reflect.ValueOf(targets[i]))
		}
		byID[targets[rum.Index("event_id")].(uuid.UUID)] = targets
	}
	require.NoError(t, rows.Err())
	require.Len(t, byID, want.Len())
	for row := range want.Len() {
		got := byID[want.Column(rum.Index("event_id")).UUIDs[row]]
		require.NotNil(t, got, "row %d", row)
		for i, name := range names {
			require.Equal(t, value(want.Column(i), row), got[i], "%s of row %d", name, row)
		}
	}
}

// value is what the driver returns for a field: nil when it is absent, else the Go type of the column's.
func value(c *rum.Column, row int) any {
	switch c.Field.Kind {
	case rum.StringList:
		list := []string{}
		for from, to := c.Elements(row); from < to; from++ {
			list = append(list, c.Strings.At(from))
		}
		return list
	case rum.StringMap:
		m := map[string]string{}
		for from, to := c.Elements(row); from < to; from += 2 {
			m[c.Strings.At(from)] = c.Strings.At(from + 1)
		}
		return m
	}
	if !c.Valid[row] {
		return nil
	}
	switch c.Field.Kind {
	case rum.String:
		return c.Strings.At(row)
	case rum.UUID:
		return c.UUIDs[row]
	case rum.Timestamp:
		return time.UnixMilli(c.Times[row]).UTC()
	case rum.Uint8:
		return uint8(c.Uints[row])
	case rum.Uint16:
		return uint16(c.Uints[row])
	case rum.Uint32:
		return uint32(c.Uints[row])
	case rum.Uint64:
		return c.Uints[row]
	case rum.Bool:
		return c.Uints[row] != 0
	case rum.Float32:
		return float32(c.Floats[row])
	case rum.Float64:
		return c.Floats[row]
	default:
		panic(fmt.Sprint("no value for kind ", c.Field.Kind))
	}
}

func dereferenced(v reflect.Value) any {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		return t.UTC()
	}
	return v.Interface()
}

// everyField is an event with all fields that may take any value.
func everyField(t *testing.T, ts int64, of func(rum.Field) any) string {
	t.Helper()
	more := map[string]any{}
	for _, f := range rum.Fields() {
		switch {
		case f.Kind == rum.StringMap:
			more["custom"] = of(rum.Field{Kind: rum.String, MaxChars: f.MaxChars})
		case !f.Required, f.Name == "url_path", f.Name == "site_id", f.Name == "page_view_id":
			more[f.Name] = of(f)
		}
	}
	for name, v := range more {
		if v == nil {
			delete(more, name)
		}
	}
	return event(t, ts, more)
}

func leastValue(f rum.Field) any {
	switch f.Kind {
	case rum.String:
		if f.Required {
			return "-"
		}
		return ""
	case rum.StringList:
		return []string{}
	case rum.Bool:
		return false
	default:
		return json.RawMessage(fmt.Sprint(f.Min))
	}
}

func mostValue(f rum.Field) any {
	switch f.Kind {
	case rum.String:
		return strings.Repeat("😀", f.MaxChars)
	case rum.StringList:
		return []string{strings.Repeat("é", f.MaxChars), "", "x"}
	case rum.Bool:
		return true
	case rum.Uint64:
		return uint64(1<<64 - 1)
	case rum.Float32, rum.Float64:
		return f.Max
	default:
		return uint64(f.Max)
	}
}

// oddValue has what upsets text protocols in its strings, and fractions that float32 cannot hold.
func oddValue(f rum.Field) any {
	switch f.Kind {
	case rum.String:
		odd := "a\n\nb\t'\\\"\x00\u2028 ; -- $1 ?"
		if f.Name == "url_path" {
			return strings.Trim(odd, "?")
		}
		return odd
	case rum.StringList:
		return []string{"\n\n", "'", ""}
	case rum.Bool:
		return true
	case rum.Float32, rum.Float64:
		return 0.1
	default:
		return 1
	}
}
