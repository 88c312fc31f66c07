package rum_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/generate"
)

// records are the events of real browsers and of generated traffic, of every producer, one JSON object each.
func records(t testing.TB, events int) [][]byte {
	t.Helper()
	beacons, err := os.ReadFile("../../tests/testdata/chromium-beacons.ndjson")
	require.NoError(t, err)
	list := bytes.Split(bytes.TrimSpace(beacons), []byte("\n"))
	for o := range generate.Objects(generate.Options{Seed: 7, Events: events, Objects: 30}) {
		for _, r := range o.Records {
			list = append(list, bytes.Clone(r.JSON))
		}
	}
	return list
}

// pieces are what mutations put into records: values that are nearly right, at the limits of what the quick readers
// take, and what JSON, UTF-8 and the schema forbid.
var pieces = []string{
	`null`, `true`, `false`, `""`, `[]`, `{}`, `["a","\u00e4"]`, `["a",1]`, `{"a":{"b":[1,2,{}]},"n":null}`, `tru`, `nul`,
	`0`, `-0`, `00`, `01`, `1.`, `.5`, `1e`, `+1`, `-1`, `-0.5`, `1e2`, `1E-2`, `1.0`, `3.50`, `0.1`, `100.01`, `600000`, `600000.1`,
	`255`, `256`, `65535`, `65536`, `4294967295`, `4294967296`, `18446744073709551615`, `18446744073709551616`, `255.0`, `2.5e1`,
	`1234567`, `12345678`, `123456.7`, `1234567.8`, `12345678.9`, `123456789012345`, `1234567890123456`, `9007199254740991.5`,
	`9007199254740992`, `9007199254740993`, `0.30000000000000004`, `9.899999999906868`, `1e999`, `0.00000000000000000000001`, `1e-400`,
	`NaN`, `Infinity`, `-Infinity`, `-NaN`,
	`1795427139829`, `1795427139829.7`, `946684800000`, `946684799999`, `4102444800000`, `-1795427139829`,
	`"2026-11-23T09:00:00Z"`, `"2026-11-23T09:00:00.123Z"`, `"2026-11-23T09:00:00.1234Z"`, `"2026-11-23T09:00:00,5Z"`, `"2026-11-23 09:00:00Z"`,
	`"2026-11-23T09:00:00.999+14:30"`, `"2026-11-23T09:00:00-24:00"`, `"2026-02-29T00:00:00Z"`, `"2028-02-29T00:00:00Z"`, `"2026-04-31T00:00:00Z"`,
	`"2026-11-23T24:00:00Z"`, `"2026-11-23T23:59:60Z"`, `"1999-12-31T23:59:59.999Z"`, `"2100-01-01T00:00:00Z"`, `"2000-01-01T00:00:00+00:01"`,
	`"2026-13-01T00:00:00Z"`, `"2026-00-10T00:00:00Z"`, `"2026-11-00T00:00:00Z"`, `"2026-11-23t09:00:00z"`, `"2026-11-23T09:00:00"`,
	`"7436db75-639c-5882-8c35-11c912e1a776"`, `"7436DB75-639C-5882-8C35-11C912E1A776"`, `"7436db75-639c-5882-8c35-11c912e1a77g"`,
	`"00000000-0000-0000-0000-000000000000"`, `"{7436db75-639c-5882-8c35-11c912e1a776}"`, `"7436db75639c58828c3511c912e1a776"`,
	`"7436db75-639c-5882-8c35+11c912e1a776"`, `"urn:uuid:7436db75-639c-5882-8c35-11c912e1a776"`,
	`"\u00e4\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx\ude00"`, `"\/\b\f\n\r\t\"\\"`, `"\x"`, `"\u12g4"`, `"日本語のテキスト"`, "\"sh\xffp\"", "\"\xed\xa0\x80\"",
	"\"tab\there\"", "\"line\nbreak\"", "\x00", "\x1f", "\xff", "\xc3", `"a?b"`, `"a#b"`, `"a/b"`, `"me@host"`, `"custom"`, `"click"`,
	`"exactly sixteen."`, `"seven c"`, `"eight ch"`, `"nine char"`,
	`,"lcp_ms":1`, `"country":"DE",`, `"lcp_ms" : 12 ,`, `"extra":{"k":"v","own":1},`, `"own":"x",`, `"own":{"deep":[]},`, `"event_id":null,`,
	`"url_query_keys":["a","b"],`, `"event_type":"page_view",`, `"\u006ccp_ms":3,`, `"":1,`, `"clock_skew_ms":-12.5,`,
	`{`, `}`, `[`, `]`, `,`, `:`, `"`, `\`, ` `, "\t", "\r", "\n", "  ", `},{`,
}

// mutate changes a record in one to three places.
func mutate(r *rand.Rand, record []byte) []byte {
	b := bytes.Clone(record)
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			break
		}
		at, piece := r.IntN(len(b)), pieces[r.IntN(len(pieces))]
		switch r.IntN(10) {
		case 0:
			b = splice(b, at, at+1+r.IntN(6), "")
		case 1:
			b = splice(b, at, at, piece)
		case 2:
			b = splice(b, at, at+r.IntN(8), piece)
		case 3:
			b[at] = byte(r.IntN(256))
		case 4:
			b = b[:at]
		case 5:
			b = splice(b, at, at, string(b[r.IntN(at+1):at])) // twice
		default:
			b = replaceValue(b, at, piece)
		}
	}
	return b
}

// replaceValue puts the piece in the place of the first value behind at.
func replaceValue(b []byte, at int, piece string) []byte {
	colon := bytes.Index(b[at:], []byte(`":`))
	if colon < 0 {
		return b
	}
	from := at + colon + len(`":`)
	comma := bytes.IndexByte(b[from:], ',')
	if comma < 0 {
		comma = len(b) - from
	}
	return splice(b, from, from+comma, piece)
}

// splice puts a piece in the place of b[from:to].
func splice(b []byte, from, to int, piece string) []byte {
	return append(append(b[:from:from], piece...), b[min(to, len(b)):]...)
}
