package rum_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

const received = 1795427139834

// TestLimits goes to every limit of the schema's document, and one step past it.
func TestLimits(t *testing.T) {
	t.Parallel()
	type change = map[string]any
	tests := map[string]struct {
		within change
		past   change
		reason rum.Reason
		field  string
	}{
		"string":             {change{"error_message": strings.Repeat("ä", 1024)}, change{"error_message": strings.Repeat("ä", 1025)}, rum.StringTooLong, "error_message"},
		"URL":                {change{"lcp_url": strings.Repeat("u", 2048)}, change{"lcp_url": strings.Repeat("u", 2049)}, rum.StringTooLong, "lcp_url"},
		"path":               {change{"url_path": "/" + strings.Repeat("u", 2047)}, change{"url_path": "/" + strings.Repeat("u", 2048)}, rum.StringTooLong, "url_path"},
		"query key":          {change{"url_query_keys": []string{strings.Repeat("k", 1024)}}, change{"url_query_keys": []string{strings.Repeat("k", 1025)}}, rum.StringTooLong, "url_query_keys"},
		"unknown field":      {change{"custom": strings.Repeat("x", 1024)}, change{"custom": strings.Repeat("x", 1025)}, rum.StringTooLong, "custom"},
		"timing":             {change{"lcp_ms": 600_000}, change{"lcp_ms": 600_000.5}, rum.OutOfRange, "lcp_ms"},
		"negative timing":    {change{"ttfb_ms": 0}, change{"ttfb_ms": -0.5}, rum.Negative, "ttfb_ms"},
		"negative count":     {change{"transfer_bytes": 0}, change{"transfer_bytes": -1}, rum.Negative, "transfer_bytes"},
		"layout shift":       {change{"cls": 100}, change{"cls": 100.01}, rum.OutOfRange, "cls"},
		"negative shift":     {change{"cls": 0}, change{"cls": -1}, rum.Negative, "cls"},
		"sample rate of 0":   {change{"sample_rate": 1e-9}, change{"sample_rate": 0}, rum.OutOfRange, "sample_rate"},
		"sample rate over 1": {change{"sample_rate": 1}, change{"sample_rate": 1.01}, rum.OutOfRange, "sample_rate"},
		"16 bits":            {change{"ua_major": 65535}, change{"ua_major": 65536}, rum.OutOfRange, "ua_major"},
		"32 bits":            {change{"asn": uint64(4294967295)}, change{"asn": uint64(4294967296)}, rum.OutOfRange, "asn"},
		"fraction":           {change{"cpu_cores": 8}, change{"cpu_cores": 8.5}, rum.TypeMismatch, "cpu_cores"},
		"ahead":              {change{"event_ts": received + 86_400_000}, change{"event_ts": received + 86_400_001}, rum.EventInFuture, "event_ts"},
		"behind":             {change{"event_ts": received - 7*86_400_000}, change{"event_ts": received - 7*86_400_000 - 1}, rum.EventTooOld, "event_ts"},
		"century":            {change{"event_ts": "2000-01-02T00:00:00Z", "received_ts": "2000-01-01T00:00:00Z"}, change{"received_ts": 0}, rum.BadTimestamp, "received_ts"},
		"time of day":        {change{"event_ts": "2026-11-23T10:00:00.5+01:00", "received_ts": "2026-11-23T09:00:00Z"}, change{"event_ts": "yesterday"}, rum.BadTimestamp, "event_ts"},
		"version":            {change{"schema_version": 1}, change{"schema_version": 2}, rum.UnsupportedVersion, "schema_version"},
		"version of 0":       {change{"schema_version": 1}, change{"schema_version": 0}, rum.UnsupportedVersion, "schema_version"},
		"event type":         {change{"event_type": "soft_nav"}, change{"event_type": "click"}, rum.UnknownEventType, "event_type"},
		"UUID":               {change{"event_id": nil}, change{"event_id": "7436db75"}, rum.BadUUID, "event_id"},
		"nil UUID":           {change{"event_id": nil}, change{"event_id": "00000000-0000-0000-0000-000000000000"}, rum.BadUUID, "event_id"},
		"query":              {change{"url_path": "/a=b"}, change{"url_path": "/a?b"}, rum.UncleanURL, "url_path"},
		"fragment":           {change{"url_path": "/"}, change{"url_path": "/#b"}, rum.UncleanURL, "url_path"},
		"userinfo":           {change{"url_host": "www.shop.test:8080"}, change{"url_host": "me:secret@www.shop.test"}, rum.UncleanURL, "url_host"},
		"text for a number":  {change{"lcp_ms": nil}, change{"lcp_ms": "12"}, rum.TypeMismatch, "lcp_ms"},
		"number for a text":  {change{"country": "DE"}, change{"country": 49}, rum.TypeMismatch, "country"},
		"number for a truth": {change{"is_bot": true}, change{"is_bot": 1}, rum.TypeMismatch, "is_bot"},
		"text for a list":    {change{"url_query_keys": []string{}}, change{"url_query_keys": "q"}, rum.TypeMismatch, "url_query_keys"},
		"list for the extra": {change{"extra": change{}}, change{"extra": []string{"q"}}, rum.TypeMismatch, "extra"},
		"empty site":         {change{"site_id": "s"}, change{"site_id": ""}, rum.MissingField, "site_id"},
	}
	for _, f := range rum.Fields() {
		if f.Required && f.Name != "event_id" {
			test := tests["empty site"]
			test.past, test.reason, test.field = change{f.Name: nil}, rum.MissingField, f.Name
			tests["without "+f.Name] = test
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := line(t, test.within) + "\n" + line(t, test.past) + "\n" + line(t, test.within)
			b, refused, err := rumtest.Decode(strings.NewReader(document), "s")
			require.NoError(t, err)
			require.Equal(t, 2, b.Len(), "%v", refused)
			require.Len(t, refused, 1)
			require.Equal(t, test.reason, refused[0].Reason, refused[0].Detail)
			require.Equal(t, test.field, refused[0].Field)
			require.EqualValues(t, 2, refused[0].Line)
			require.Empty(t, differs([]byte(line(t, test.within)), rumtest.RowOf(b, 0)))
			_, err = rumtest.Reference([]byte(line(t, test.past)))
			require.Error(t, err, "the reference takes it")
		})
	}
}

func TestNotFinite(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"NaN", "Infinity", "-Infinity", "1e999", "-1e999"} {
		for _, field := range []string{"lcp_ms", "cls", "asn", "event_ts", "custom"} {
			text := strings.TrimSuffix(line(t, map[string]any{field: nil}), "}") + fmt.Sprintf(`,%q:%s}`, field, value)
			_, refused, err := rumtest.Decode(strings.NewReader(text), "s")
			require.NoError(t, err)
			if field == "custom" && strings.HasSuffix(value, "e999") {
				require.Empty(t, refused) // as text it is a number like others
				continue
			}
			require.Len(t, refused, 1, text)
			require.NotEqual(t, rum.Syntax, refused[0].Reason, "%s in %s", value, field)
			require.Equal(t, field, refused[0].Field)
		}
	}
}

func TestLineLimit(t *testing.T) {
	t.Parallel()
	fill := func(n int) string {
		head := line(t, nil)
		return head + strings.Repeat(" ", n-len(head)-1) + "\t" // white space counts: it is a limit on memory
	}
	for name, test := range map[string]struct {
		document string
		accepted int
	}{
		"at the limit":                   {fill(rum.MaxLineBytes) + "\n" + line(t, nil), 2},
		"at the limit, with CR":          {fill(rum.MaxLineBytes) + "\r\n" + line(t, nil), 2},
		"at the limit, at the end":       {fill(rum.MaxLineBytes), 1},
		"past the limit":                 {fill(rum.MaxLineBytes+1) + "\n" + line(t, nil), 1},
		"past the limit, at the end":     {line(t, nil) + "\n" + fill(rum.MaxLineBytes+1), 1},
		"far past the limit":             {fill(3*rum.MaxLineBytes) + "\n" + line(t, nil), 1},
		"far past the limit in an array": {`[{"x":"` + strings.Repeat("x", 3*rum.MaxLineBytes) + `"},` + line(t, nil) + "]", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, refused, err := rumtest.Decode(strings.NewReader(test.document), "s")
			require.NoError(t, err)
			require.Equal(t, test.accepted, b.Len())
			if strings.Contains(name, "past") {
				require.Len(t, refused, 1)
				require.Equal(t, rum.LineTooLong, refused[0].Reason)
				require.LessOrEqual(t, len(refused[0].Raw), rum.MaxLineBytes)
			}
		})
	}
}

func TestExtra(t *testing.T) {
	t.Parallel()
	text := strings.TrimSuffix(line(t, nil), "}") +
		`,"plan":"gold","depth":3.50,"beta":true,"nothing":null,"nested":{"a":[1, "b"]},"extra":{"shelf":"A1","plan":"silver","n":7}}`
	b, refused, err := rumtest.Decode(strings.NewReader(text), "s")
	require.NoError(t, err)
	require.Empty(t, refused)
	require.Equal(t, map[string]string{
		"plan": "silver", "depth": "3.50", "beta": "true", "nested": `{"a":[1, "b"]}`, "shelf": "A1", "n": "7",
	}, rumtest.RowOf(b, 0)["extra"])
}

func TestExtraIsCut(t *testing.T) {
	t.Parallel()
	text := strings.TrimSuffix(line(t, nil), "}")
	for i := range 40 {
		text += fmt.Sprintf(`,"k%02d":%d`, i, i)
	}
	b := rum.NewBlock()
	d := rum.NewDecoder(strings.NewReader(text+"}"), "s")
	require.NoError(t, d.Next(b))
	require.EqualValues(t, 8, d.ExtraCut())
	extra := rumtest.RowOf(b, 0)["extra"]
	require.Len(t, extra, 32)
	require.Contains(t, extra, "k31")
	require.NotContains(t, extra, "k32")
}

// TestDerivedIDs: an event without an ID gets one that tells it from its neighbours, and is the same every time.
func TestDerivedIDs(t *testing.T) {
	t.Parallel()
	anonymous := line(t, map[string]any{"event_id": nil})
	seen := map[any]string{}
	for name, document := range map[string]string{
		"lines": anonymous + "\n" + anonymous + "\n",
		"array": "[" + anonymous + "," + anonymous + "," + anonymous + "]",
	} {
		for _, source := range []string{"one", "two"} {
			b, _, err := rumtest.Decode(strings.NewReader(document), source)
			require.NoError(t, err)
			again, _, err := rumtest.Decode(strings.NewReader(document), source)
			require.NoError(t, err)
			require.Equal(t, rumtest.Rows(b), rumtest.Rows(again))
			for i, r := range rumtest.Rows(b) {
				who := fmt.Sprint(name, " ", source, " ", i)
				require.NotContains(t, seen, r["event_id"], who)
				seen[r["event_id"]] = who
			}
		}
	}
	require.Len(t, seen, 10)
}
