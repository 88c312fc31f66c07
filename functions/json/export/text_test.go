package export

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Whatever is written quickly is what strconv writes.
func FuzzFloat(f *testing.F) {
	for _, v := range []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 0.001, 0.0005, 1234.567, 1e14, 1e15, 999999999999.999, 1e21, 1e-7, 0.3, 2.675, 1.005, 1e-6, math.MaxFloat64} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		for _, v := range []float64{v, math.Round(v*10) / 10, math.Round(v*1000) / 1000, math.Mod(math.Round(v*1000)/1000, 1e6)} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			for bits, v := range map[int]float64{64: v, 32: float64(float32(v))} {
				format := byte('f')
				if magnitude := math.Abs(v); magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21) {
					format = 'e'
				}
				require.Equal(t, strconv.FormatFloat(v, format, -1, bits), string(appendFloat(nil, v, bits)))
			}
		}
	})
}

func FuzzString(f *testing.F) {
	f.Add(rumtest.Awkward)
	f.Add("01234567")
	f.Add("0123456\x1f")
	f.Add("012345678\"9")
	f.Add("01234567é\\")
	f.Add("!!!!!!!!!\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		text := appendString(nil, s)
		var back string
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, s, back)
		for i := range plainLength(s) {
			require.True(t, s[i] < utf8.RuneSelf && plain[s[i]], i)
		}
	})
}

func FuzzTime(f *testing.F) {
	f.Add(int64(0))
	f.Add(rumtest.At)
	f.Add(int64(4102444799999))
	var c clock // used for one time after the other
	f.Fuzz(func(t *testing.T, ms int64) {
		ms = int64(uint64(ms) % 4102444800000) // to the end of 2099
		for _, ms := range []int64{ms, ms/day*day - 1, ms / day * day} {
			if ms < 0 {
				continue
			}
			require.Equal(t, time.UnixMilli(ms).UTC().Format(`"2006-01-02T15:04:05.000Z"`), string(c.appendTime(nil, ms)))
		}
	})
}
