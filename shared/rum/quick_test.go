package rum

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// behind is what follows a value in memory: enough of it to read words.
const behind = `,"next":"................................"`

// TestDecimal: a number that is taken is the float64 that strconv finds, to the bit, and ordinary ones are taken.
func TestDecimal(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	taken := 0
	const numbers = 300_000
	for range numbers {
		text := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		switch point := r.IntN(len(text) + 3); {
		case point == 0:
			text = "0." + text
		case point < len(text):
			text = text[:point] + "." + text[point:]
		}
		v, end := decimal([]byte(text+behind), 0)
		if end == 0 {
			continue
		}
		taken++
		want, err := strconv.ParseFloat(text, 64)
		if err != nil || end != len(text) || math.Float64bits(v) != math.Float64bits(want) {
			t.Fatalf("%s is read as %v up to %d", text, v, end)
		}
	}
	require.Greater(t, taken, numbers*3/4)
	for _, text := range []string{"0", "7", "0.1", "137.4", "12345678", "1234567.8", "9007199254740992", "0.3000000000000001", "600000.5"} {
		_, end := decimal([]byte(text+behind), 0)
		require.Equal(t, len(text), end, text)
	}
	for _, text := range []string{"", "-1", ".5", "1.", "01", "00.5", "1e3", "1.5e3", "1.5.2", "9007199254740993", "0.00000000000000000000001"} {
		_, end := decimal([]byte(text+behind), 0)
		require.Zero(t, end, text)
	}
}

func TestInteger(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		want := r.Uint64() >> r.IntN(64)
		text := strconv.FormatUint(want, 10)
		v, end := integer([]byte(text+behind), 0)
		if taken := v == want && end == len(text); taken != (len(text) <= 15) || !taken && end > 0 {
			t.Fatalf("%s is read as %d up to %d", text, v, end)
		}
	}
	for _, text := range []string{"", "-1", "01", "1.5", "12345678.5", "1e3", "12345678E3"} {
		_, end := integer([]byte(text+behind), 0)
		require.Zero(t, end, text)
	}
}

// TestParseTime goes through every day that there is, and holds the rest of the form against the standard library.
func TestParseTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 3))
	forms := []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.000Z07:00"}
	for at := time.UnixMilli(earliestMS); at.UnixMilli() <= latestMS; at = at.Add(24 * time.Hour) {
		zone := time.FixedZone("", 60*(r.IntN(2*24*60-1)-24*60+1))
		want := at.Add(time.Duration(r.IntN(86_400_000)) * time.Millisecond).In(zone)
		if want.Year() < 2000 || want.Year() > 2099 {
			continue
		}
		form := forms[r.IntN(2)]
		text := want.Format(form)
		want, err := time.Parse(form, text)
		require.NoError(t, err)
		ms, n := parseTime([]byte(text + `"` + behind))
		if ms != want.UnixMilli() || n != len(text) {
			t.Fatalf("%s is read as %d up to %d", text, ms, n)
		}
	}
	good := "2026-11-23T09:00:00.123+01:00"
	for i := range good {
		for c := range 256 {
			text := good[:i] + string([]byte{byte(c)}) + good[i+1:]
			ms, n := parseTime([]byte(text + `"` + behind))
			if n == 0 {
				continue
			}
			want, err := time.Parse(time.RFC3339Nano, text[:n])
			require.NoError(t, err, text)
			require.Equal(t, want.UnixMilli(), ms, text)
		}
	}
}

func TestParseUUID(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 4))
	for range 10_000 {
		var want uuid.UUID
		for i := range want {
			want[i] = byte(r.Uint32())
		}
		text := want.String()
		if r.IntN(2) == 0 {
			text = strings.ToUpper(text)
		}
		id, ok := parseUUID([]byte(text))
		require.True(t, ok, text)
		require.Equal(t, want, id)
	}
	good := "7436db75-639c-5882-8c35-11c912e1a776"
	for i := range good {
		for c := range 256 {
			text := good[:i] + string([]byte{byte(c)}) + good[i+1:]
			want, err := uuid.Parse(text)
			id, ok := parseUUID([]byte(text))
			require.Equal(t, err == nil, ok, text)
			if ok {
				require.Equal(t, want, id, text)
			}
		}
	}
}

// TestWords holds the arithmetic on words against plain loops, for every byte at every place.
func TestWords(t *testing.T) {
	t.Parallel()
	index := func(b []byte, f func(byte) bool) int {
		for i, c := range b {
			if f(c) {
				return i
			}
		}
		return len(b)
	}
	r := rand.New(rand.NewPCG(1, 5))
	for range 200_000 {
		b := []byte("aaaaaaaa")
		for range r.IntN(4) {
			b[r.IntN(8)] = byte(r.IntN(256))
		}
		if r.IntN(2) == 0 {
			copy(b, strconv.Itoa(10_000_000 + r.IntN(90_000_000))[:r.IntN(9)])
		}
		w := word(b)
		delimiter := index(b, func(c byte) bool { return c == '"' || c == '\\' || c < ' ' })
		digits := index(b, func(c byte) bool { return !isDigit(c) })
		if first(delimiters(w)) != delimiter || first(nonDigits(w)) != digits {
			t.Fatalf("%q: %d, %d", b, first(delimiters(w)), first(nonDigits(w)))
		}
		if digits > 0 {
			want, err := strconv.ParseUint(string(b[:digits]), 10, 64)
			if got := leadingDigits(w, digits); err != nil || got != want {
				t.Fatalf("%q: %d", b, got)
			}
		}
	}
	for n := range 100 {
		for i := range n {
			b := []byte(strings.Repeat("a", n))
			require.True(t, isASCII(b))
			b[i] = 0x80
			require.False(t, isASCII(b), "byte %d of %d", i, n)
		}
	}
}

// TestNames: every field is found by its name, and can be expected by its key.
func TestNames(t *testing.T) {
	t.Parallel()
	for i, f := range fields {
		require.EqualValues(t, i+1, namesOf.find([]byte(f.Name)))
		for _, other := range []string{f.Name + "x", f.Name[1:], f.Name[:len(f.Name)-1], strings.ToUpper(f.Name), f.Name[:1] + "\x00" + f.Name[2:]} {
			if _, known := byName[other]; !known {
				require.Zero(t, namesOf.find([]byte(other)), other)
			}
		}
		text := []byte(`"` + f.Name + `":` + behind)
		k := keysOf[i+1]
		require.Equal(t, len(f.Name)+3, k.length, "the key is too long to be expected: raise keyBytes")
		for other := range fields {
			require.Equal(t, other == i, keysOf[other+1].is(word(text), word(text[8:]), word(text[16:]), word(text[24:])))
		}
	}
	require.Zero(t, namesOf.find(nil))
	require.Zero(t, namesOf.find([]byte("a")))
}

func TestDerivedIDIsVersion5(t *testing.T) {
	t.Parallel()
	require.Equal(t, uuid.NewSHA1(eventNamespace, []byte("s3://raw/object#12")), DerivedID("s3://raw/object", 12, 0))
	require.Equal(t, uuid.NewSHA1(eventNamespace, []byte("s3://raw/object#1.345")), DerivedID("s3://raw/object", 1, 345))
}
