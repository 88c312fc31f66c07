package destination

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	driverproto "github.com/ClickHouse/clickhouse-go/v2/lib/proto"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

// beacons decodes some of the generated traffic, of all its producers.
func beacons(tb testing.TB, n int) *rum.Block {
	tb.Helper()
	b := rum.NewBlock()
	for object := range generate.Objects(generate.Options{Events: n, Objects: 30}) {
		d := rum.NewDecoder(bytes.NewReader(object.Plain), object.Key)
		for err := error(nil); !errors.Is(err, io.EOF); {
			if err = d.Next(b); err != nil {
				require.ErrorIs(tb, err, io.EOF)
			}
		}
	}
	require.Positive(tb, b.Len())
	return b
}

// What is sent by HTTP is what the driver makes of the same part, whether it is the whole of a chunk or a day of it.
func TestBothProtocolsSendTheSame(t *testing.T) {
	events := beacons(t, 3000)
	w := New(connection.Of(nil), topology.Topology{})
	parts := splitByDay("0123456789abcdef", delivery.Chunk{Index: 7, Events: events})
	require.Greater(t, len(parts), 1)
	whole := parts[0]
	whole.rows = rows{n: events.Len()}
	for i, p := range append(parts, whole) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			columns := make([]column.Interface, len(w.columns))
			for i, c := range w.columns {
				var err error
				columns[i], err = column.Type(c.Type).Column(c.Name, &column.ServerContext{Timezone: time.UTC})
				require.NoError(t, err)
			}
			require.NoError(t, w.fill(columns, p))

			for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionLZ4, clickhouse.CompressionZSTD} {
				b := newBody(w.columns, method)
				b.start(p)
				r := proto.NewReader(b)
				if compressible(method) {
					r.EnableCompression()
				}
				sent := driverproto.NewBlock()
				sent.ServerContext.Timezone = time.UTC
				require.NoError(t, sent.Decode(r, 0))
				require.True(t, b.stop())
				for i, want := range columns {
					require.Equal(t, want.Rows(), sent.Columns[i].Rows())
					require.Equal(t, string(want.Type()), string(sent.Columns[i].Type()))
					for row := range want.Rows() {
						if a, b := text(want.Row(row, false)), text(sent.Columns[i].Row(row, false)); a != b { // require.Equal is slow for so many
							require.Equal(t, a, b, "%s of row %d", want.Name(), row)
						}
					}
				}
			}
		})
	}
}

// text is a value of the driver, which has pointers for what may be absent.
func text(v any) string {
	switch p := v.(type) {
	case nil:
	case *string:
		if p != nil {
			return "'" + *p
		}
	case *float64:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *float32:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *uint8:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *uint16:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *uint32:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *uint64:
		if p != nil {
			return fmt.Sprint(*p)
		}
	case *bool:
		if p != nil {
			return fmt.Sprint(*p)
		}
	default:
		return fmt.Sprint(v)
	}
	return "absent"
}

// An insert that failed may leave a reader behind. It gets nothing of the events, which are others' by then.
func TestABodyThatIsStoppedIsNotRead(t *testing.T) {
	b := newBody(nativeColumns(), clickhouse.CompressionLZ4)
	b.start(splitByDay("b", delivery.Chunk{Events: beacons(t, 300)})[0])
	_, err := b.Read(make([]byte, 10))
	require.NoError(t, err)
	require.False(t, b.stop(), "it was not read to its end")
	_, err = b.Read(make([]byte, 10))
	require.ErrorIs(t, err, errStopped)
}

// A field that no event has costs a run of zeros, and is absent all the same.
func TestFieldsThatNoEventHas(t *testing.T) {
	d := rum.NewDecoder(strings.NewReader(`{"schema_version":1,"event_type":"page_view","site_id":"s","event_ts":1772323200000,`+
		`"received_ts":1772323200000,"page_view_id":"p","url_host":"h","url_path":"/","sdk_name":"x"}`), "test")
	events := rum.NewBlock()
	require.NoError(t, d.Next(events))
	b := newBody(nativeColumns(), clickhouse.CompressionNone)
	b.start(splitByDay("b", delivery.Chunk{Events: events})[0])
	sent := driverproto.NewBlock()
	require.NoError(t, sent.Decode(proto.NewReader(b), 0))
	for i, f := range rum.Fields() {
		if nullable(f) && f.Name != "event_id" {
			require.Equal(t, events.Column(i).Valid[0], text(sent.Columns[i+batchColumns].Row(0, false)) != "absent", f.Name)
		}
	}
}
