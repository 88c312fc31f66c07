package rum_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// line is a valid event with the given members changed; nil takes one out.
func line(t testing.TB, change map[string]any) string {
	t.Helper()
	event := map[string]any{
		"schema_version": 1, "event_id": "7436db75-639c-5882-8c35-11c912e1a776", "event_type": "page_view",
		"site_id": "shop", "event_ts": 1795427139829, "received_ts": 1795427139834, "page_view_id": "pv-1",
		"url_host": "www.shop.test", "url_path": "/p/1", "sdk_name": "web-vitals",
	}
	maps.Copy(event, change)
	maps.DeleteFunc(event, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(event)
	require.NoError(t, err)
	return string(text)
}

// named is a valid event that a test can tell by its page view.
func named(t testing.TB, name string) string { return line(t, map[string]any{"page_view_id": name}) }

// differs says where a row is not what the reference makes of its line.
func differs(text []byte, row rumtest.Row) string {
	want, err := rumtest.Reference(text)
	if err != nil {
		return "the reference refuses it: " + err.Error()
	}
	return rumtest.Difference(want, row)
}

func names(b *rum.Block) []string {
	list := []string{}
	for _, r := range rumtest.Rows(b) {
		list = append(list, r["page_view_id"].(string))
	}
	return list
}

func TestRealBeacons(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../tests/testdata/chromium-beacons.ndjson")
	require.NoError(t, err)
	b, refused, err := rumtest.Decode(bytes.NewReader(data), "beacons")
	require.NoError(t, err)
	require.Empty(t, refused)
	require.Equal(t, 101, b.Len())

	rows := rumtest.Rows(b)
	for i, text := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		require.Empty(t, differs(text, rows[i]), "line %d", i+1)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	a, b, c := named(t, "a"), named(t, "b"), named(t, "c")
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, []byte(a), "", "  "))
	tests := map[string]struct {
		document string
		want     []string
	}{
		"nothing":                       {"", []string{}},
		"white space":                   {" \r\n\t\n", []string{}},
		"lines":                         {a + "\n" + b + "\n" + c + "\n", []string{"a", "b", "c"}},
		"last line without newline":     {a + "\n" + b, []string{"a", "b"}},
		"windows lines":                 {a + "\r\n" + b + "\r\n", []string{"a", "b"}},
		"blank lines":                   {"\n\n" + a + "\n  \n" + b + "\n\n", []string{"a", "b"}},
		"byte order mark":               {"\ufeff" + a + "\n" + b, []string{"a", "b"}},
		"indented lines":                {"  " + a + "  \n\t" + b, []string{"a", "b"}},
		"array on one line":             {"[" + a + "," + b + "," + c + "]", []string{"a", "b", "c"}},
		"array on lines":                {"[\n" + a + ",\n" + b + "\n]\n", []string{"a", "b"}},
		"array of indented objects":     {"[\n" + pretty.String() + ",\n" + pretty.String() + "\n]", []string{"a", "a"}},
		"empty array":                   {"[]", []string{}},
		"one object":                    {a, []string{"a"}},
		"one object on several lines":   {pretty.String(), []string{"a"}},
		"an object on lines, and lines": {pretty.String() + "\n" + b + "\n" + c, []string{"a", "b", "c"}},
		"an array a line":               {"[" + a + "]\n[" + b + "," + c + "]\n", []string{"a", "b", "c"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for cut, reader := range cuts(test.document) {
				b, refused, err := rumtest.Decode(reader, "s")
				require.NoError(t, err, cut)
				require.Empty(t, refused, cut)
				require.Equal(t, test.want, names(b), cut)
			}
		})
	}
}

// cuts is the document as readers of several habits give it out.
func cuts(document string) map[string]io.Reader {
	return map[string]io.Reader{
		"whole":       strings.NewReader(document),
		"byte a read": iotest.OneByteReader(strings.NewReader(document)),
		"end at once": iotest.DataErrReader(strings.NewReader(document)),
	}
}

// TestNeighbours puts every kind of poison before, between and behind good events, on lines and in an array.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	poisons := map[string]string{
		"no JSON":             `hello`,
		"cut object":          `{"schema_version":1,"event_type":`,
		"cut string":          `{"schema_version":1,"event_type":"page_`,
		"number":              `17`,
		"null":                `null`,
		"text":                `"text"`,
		"list":                `["a","b"]`,
		"stray bracket":       `}`,
		"no event":            `{"a":1}`,
		"NaN":                 strings.Replace(line(t, map[string]any{"lcp_ms": 1}), `"lcp_ms":1`, `"lcp_ms":NaN`, 1),
		"too long":            line(t, map[string]any{"error_message": strings.Repeat("x", rum.MaxLineBytes)}),
		"text behind":         line(t, nil) + "x",
		"invalid UTF-8":       strings.Replace(line(t, nil), "shop", "sh\xffp", 1),
		"bracket of no array": `[broken`,
	}
	for name, poison := range poisons {
		for place := range 3 {
			records := []string{named(t, "a"), named(t, "b")}
			records = append(records[:place], append([]string{poison}, records[place:]...)...)
			t.Run(fmt.Sprintf("%s at %d", name, place), func(t *testing.T) {
				t.Parallel()
				b, refused, err := rumtest.Decode(strings.NewReader(strings.Join(records, "\n")), "s")
				require.NoError(t, err)
				require.Equal(t, []string{"a", "b"}, names(b))
				require.Len(t, refused, 1)
				require.EqualValues(t, place+1, refused[0].Line)
				require.Equal(t, poison[:min(len(poison), rum.MaxLineBytes)], string(refused[0].Raw))
			})
			t.Run(fmt.Sprintf("%s at %d of an array", name, place), func(t *testing.T) {
				t.Parallel()
				b, refused, err := rumtest.Decode(strings.NewReader("[\n"+strings.Join(records, ",\n")+"\n]"), "s")
				require.NoError(t, err)
				require.NotEmpty(t, refused)
				// In "text behind" it is the text that is refused, and not what it is behind of.
				delivered := slices.DeleteFunc(names(b), func(n string) bool { return name == "text behind" && n == "pv-1" })
				require.Equal(t, []string{"a", "b"}, delivered)
				require.EqualValues(t, place+2, refused[0].Line)
			})
		}
	}
}

func TestWholeObjectsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		document string
		reason   rum.Reason
		accepted int
		refused  int
	}{
		"binary":                {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", rum.NotRUM, 0, 1},
		"UTF-16":                {"{\x00\"\x00", rum.NotRUM, 0, 1},
		"a log":                 {strings.Repeat("GET / HTTP/1.1\n", 5000), rum.NotRUM, 0, 1001},
		"array that breaks off": {"[" + line(t, nil) + "," + line(t, nil), rum.UnclosedArray, 2, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, refused, err := rumtest.Decode(strings.NewReader(test.document), "s")
			require.NoError(t, err)
			require.Equal(t, test.accepted, b.Len())
			require.Len(t, refused, test.refused)
			require.Equal(t, test.reason, refused[len(refused)-1].Reason)
		})
	}
}

// TestBrokenReader: what came before a break is decoded, the record that it cuts is not, and the break is told.
func TestBrokenReader(t *testing.T) {
	t.Parallel()
	document := named(t, "a") + "\n" + named(t, "b")
	for name, broken := range map[string]error{
		"the network": errors.New("connection reset"),
		"the object":  &rum.Rejected{Reason: rum.Truncated, Rest: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, refused, err := rumtest.Decode(io.MultiReader(strings.NewReader(document), iotest.ErrReader(broken)), "s")
			require.Equal(t, []string{"a"}, names(b))
			if _, ok := errors.AsType[*rum.Rejected](broken); !ok {
				require.ErrorIs(t, err, broken)
				return
			}
			require.NoError(t, err)
			require.Len(t, refused, 1)
			require.Equal(t, rum.Truncated, refused[0].Reason)
			require.EqualValues(t, 2, refused[0].Line)
			require.EqualValues(t, len(named(t, "a"))+1, refused[0].Offset)
		})
	}
}

// TestMemory: neither a long document nor a long line makes the decoder grow.
func TestMemory(t *testing.T) {
	const events = 20_000
	document := strings.Repeat(line(t, map[string]any{"lcp_ms": 12.5, "country": "DE"})+"\n", events)
	b := rum.NewBlock()
	allocated := testing.AllocsPerRun(3, func() {
		d := rum.NewDecoder(strings.NewReader(document), "s")
		for {
			err := d.Next(b)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if b.Len() == 1000 {
				b.Reset()
			}
		}
	})
	require.Less(t, allocated, 0.01*events, "allocations for %d events", events)
}
