package destination

import (
	"fmt"
	"testing"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
)

// One dictionary serves columns of every size one after the other, with indexes as wide as each needs.
func TestDictionary(t *testing.T) {
	var d dictionary
	for _, distinct := range []int{1, 2, 253, 254, 255, 256, 65533, 65534, 65535, 65536, 3} {
		texts := []string{"", "b", "b", "", "a"}
		for i := range distinct {
			texts = append(texts, fmt.Sprint("text ", i))
		}
		texts = append(texts, "b", texts[len(texts)-1])
		valid := make([]bool, len(texts))
		for i := range valid {
			valid[i] = i%5 != 3
		}
		for _, nullable := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d, nullable %t", distinct, nullable), func(t *testing.T) {
				kind, there := column.Type("LowCardinality(String)"), []bool(nil)
				if nullable {
					kind, there = "LowCardinality(Nullable(String))", valid
				}
				var list rum.Strings
				for _, text := range texts {
					list.AppendString(text)
				}
				decoded, err := kind.Column("c", &column.ServerContext{})
				require.NoError(t, err)
				var buf proto.Buffer
				d.encode(&buf, &list, rows{n: len(texts)}, there)
				require.NoError(t, decoded.Decode(buf.Reader(), len(texts)))
				require.Equal(t, len(texts), decoded.Rows())
				for i, want := range texts {
					got := decoded.Row(i, false)
					if p, ok := got.(*string); ok {
						got = *p
					}
					if nullable && !valid[i] {
						require.Nil(t, got)
					} else if got != want { // require.Equal is slow for so many
						require.Equal(t, want, got, "row %d", i)
					}
				}
			})
		}
	}
}

func TestDictionaryOfNothing(t *testing.T) {
	var d dictionary
	var buf proto.Buffer
	d.encode(&buf, nil, rows{}, nil)
	require.Empty(t, buf.Buf, "an empty column has no dictionary either")
}
