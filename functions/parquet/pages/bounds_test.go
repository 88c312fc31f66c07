package pages

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"
)

func TestOrderOfNumbers(t *testing.T) {
	t.Parallel()
	double := math.Float64bits
	single := func(f float32) uint64 { return uint64(math.Float32bits(f)) }
	for name, c := range map[string]struct {
		kind   format.Type
		values []uint64 // ascending
	}{
		"int64":  {format.Int64, []uint64{1 << 63, math.MaxUint64, 0, 1, math.MaxInt64}},
		"double": {format.Double, []uint64{double(-math.MaxFloat64), double(-1), double(-1e-300), double(0), double(0.1), double(math.MaxFloat64)}},
		"float":  {format.Float, []uint64{single(-math.MaxFloat32), single(-1), single(0), single(0.1), single(math.MaxFloat32)}},
	} {
		var b bounds
		for i, v := range c.values {
			require.Equal(t, v, bitsOf(c.kind, orderOf(c.kind, v)), name)
			if i > 0 {
				require.Less(t, orderOf(c.kind, c.values[i-1]), orderOf(c.kind, v), name)
			}
			b.number(orderOf(c.kind, v))
		}
		least, most := b.encode(c.kind)
		require.Equal(t, appendPlain(nil, c.kind, c.values[:1]), least, name)
		require.Equal(t, appendPlain(nil, c.kind, c.values[len(c.values)-1:]), most, name)
	}
}

// "If the min is +0, the row group may contain -0 values as well": https://github.com/apache/parquet-format, ColumnOrder.
func TestZeroIsBothZeros(t *testing.T) {
	t.Parallel()
	var b bounds
	b.number(orderOf(format.Double, 0))
	least, most := b.encode(format.Double)
	require.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0, 0x80}, least)
	require.Equal(t, make([]byte, 8), most)
}

func TestTheNextGreaterTextOfGreatCharacters(t *testing.T) {
	t.Parallel()
	most := strings.Repeat("\U0010ffff", 20)
	_, above := shorten(nil, []byte(most))
	require.Equal(t, most, string(above), "there is none, so it is whole")
	_, above = shorten(nil, []byte("a"+most))
	require.Equal(t, "b", string(above))
}

func FuzzShorten(f *testing.F) {
	f.Add("a", "b")
	f.Add(strings.Repeat("é", 31), strings.Repeat("\ud7ff", 40))
	f.Add(strings.Repeat("a", 31)+"é", strings.Repeat("a", 31)+"🦫🦫")
	f.Add("", strings.Repeat("\x7f", 33))
	f.Fuzz(func(t *testing.T, least, most string) {
		if !utf8.ValidString(least) || !utf8.ValidString(most) {
			t.Skip()
		}
		below, above := shorten([]byte(least), []byte(most))
		require.LessOrEqual(t, bytes.Compare(below, []byte(least)), 0)
		require.GreaterOrEqual(t, bytes.Compare(above, []byte(most)), 0)
		require.True(t, utf8.Valid(below))
		require.True(t, utf8.Valid(above))
		require.LessOrEqual(t, len(below), longestBound)
	})
}
