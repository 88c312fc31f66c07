package pages

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// unpack reads the hybrid by the letter of the format's document, value by value.
func unpack(tb testing.TB, data []byte, n, width int) []uint32 {
	tb.Helper()
	values := make([]uint32, 0, n)
	for len(data) > 0 {
		header, size := binary.Uvarint(data)
		require.Positive(tb, size)
		data = data[size:]
		if header&1 == 0 {
			var v uint32
			for i := range (width + 7) / 8 {
				v |= uint32(data[i]) << (8 * i)
			}
			data = data[(width+7)/8:]
			require.Positive(tb, header>>1)
			for range header >> 1 {
				values = append(values, v)
			}
			continue
		}
		count := int(header>>1) * 8
		for i := range count {
			var v uint32
			for bit := range width {
				at := i*width + bit
				v |= uint32(data[at/8]>>(at%8)&1) << bit
			}
			values = append(values, v)
		}
		data = data[count*width/8:]
	}
	require.GreaterOrEqual(tb, len(values), n)
	require.Less(tb, len(values), n+8, "no more than the last group's rest")
	return values[:n]
}

// Bytes of the input are values in turn with how often they come.
func FuzzHybrid(f *testing.F) {
	f.Add([]byte{1, 9, 2, 1, 3, 1, 4, 30}, uint8(3))
	f.Add([]byte{0, 7, 1, 7, 0, 7}, uint8(1))
	f.Add([]byte{255, 1, 0, 1, 255, 8, 1, 200}, uint8(32))
	f.Fuzz(func(t *testing.T, data []byte, width uint8) {
		w := int(width)%32 + 1
		var values []uint32
		for i := 0; i+1 < len(data); i += 2 {
			for range data[i+1] {
				values = append(values, uint32(data[i])*0x01010101>>(32-w))
			}
		}
		require.Equal(t, append([]uint32{}, values...), unpack(t, appendHybrid(nil, values, w), len(values), w))
	})
}

func TestWidth(t *testing.T) {
	t.Parallel()
	for greatest, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 255: 8, 256: 9} {
		require.Equal(t, want, widthOf(greatest), greatest)
	}
}
