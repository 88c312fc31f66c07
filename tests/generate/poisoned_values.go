package generate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/rum"
)

const (
	lineLimit  = 1 << 20
	textLimit  = 1024
	urlLimit   = 2048
	extraLimit = 32
	day        = 24 * time.Hour
)

// limits are events that go to the limits, and have to pass; and, one step on, those that have to fail.
func (p *poisoner) limits() {
	p.good()
	p.keep(p.with("page_group", quoted(long(textLimit))))
	p.keep(p.with("url_path", quoted("/"+long(urlLimit-1))))
	p.keep(p.with("unknown_text", quoted(long(textLimit))))
	p.keep(p.with("lcp_ms", "600000"))
	p.keep(p.with("cls", "100"))
	p.keep(p.with("sample_rate", "1"))
	p.keep(p.with("lcp_ms", "0"))
	p.keep(padded(p.event(nil), lineLimit))
	p.finish("at-the-limits.ndjson", Plain)

	p.good()
	p.reject(rum.LineTooLong, "", padded(p.event(nil), lineLimit+1))
	p.reject(rum.LineTooLong, "", padded(p.event(nil), 5*lineLimit))
	p.reject(rum.StringTooLong, "page_group", p.with("page_group", quoted(long(textLimit+1))))
	p.reject(rum.StringTooLong, "url_path", p.with("url_path", quoted("/"+long(urlLimit))))
	p.reject(rum.StringTooLong, "lcp_url", p.with("lcp_url", quoted(long(urlLimit+1))))
	p.reject(rum.StringTooLong, "url_query_keys", p.with("url_query_keys", `["q","`+long(textLimit+1)+`"]`))
	p.reject(rum.StringTooLong, "unknown_text", p.with("unknown_text", quoted(long(textLimit+1))))
	p.finish("too-long.ndjson", Plain)

	p.good()
	p.keep(p.withExtra(extraLimit))
	p.keep(p.withExtra(extraLimit + 1))
	p.keep(p.withExtra(extraLimit + 18))
	p.good()
	p.finish("too-many-extra-fields.ndjson", Gzip)
	p.made[len(p.made)-1].ExtraCut = 1 + 18
}

// withExtra is an event with n fields that the schema does not know.
func (p *poisoner) withExtra(n int) string {
	return p.event(func(e *event) {
		for i := range n {
			e.str(fmt.Sprintf("unknown_%02d", i), strconv.Itoa(i))
		}
	})
}

// padded makes an event's line as long as is asked for.
func padded(event string, bytes int) string {
	return "{" + strings.Repeat(" ", bytes-len(event)) + event[1:]
}

// values are events with one bad value each.
func (p *poisoner) values() {
	p.good()
	for _, v := range []struct {
		reason      rum.Reason
		field, json string
	}{
		{rum.NotFinite, "lcp_ms", "NaN"},
		{rum.NotFinite, "ttfb_ms", "Infinity"},
		{rum.NotFinite, "cls", "-Infinity"},
		{rum.NotFinite, "net_downlink_mbps", "1e999"},
		{rum.NotFinite, "unknown_number", "NaN"},
		{rum.Negative, "lcp_ms", "-0.1"},
		{rum.Negative, "cls", "-1"},
		{rum.Negative, "transfer_bytes", "-1"},
		{rum.OutOfRange, "lcp_ms", "600000.1"},
		{rum.OutOfRange, "inp_ms", "1e9"},
		{rum.OutOfRange, "cls", "100.01"},
		{rum.OutOfRange, "sample_rate", "0"},
		{rum.OutOfRange, "sample_rate", "1.01"},
		{rum.OutOfRange, "response_status", "65536"},
		{rum.TypeMismatch, "lcp_ms", `"1200"`},
		{rum.TypeMismatch, "site_id", "42"},
		{rum.TypeMismatch, "viewport_width", "12.5"},
		{rum.TypeMismatch, "is_bot", `"yes"`},
		{rum.TypeMismatch, "url_query_keys", `"utm_source"`},
		{rum.TypeMismatch, "url_query_keys", `["q",1]`},
		{rum.TypeMismatch, "extra", `["a","b"]`},
		{rum.TypeMismatch, "page_group", `{"name":"home"}`},
		{rum.UnknownEventType, "event_type", `"pageview"`},
		{rum.UnsupportedVersion, "schema_version", "2"},
		{rum.UnsupportedVersion, "schema_version", "0"},
		{rum.BadUUID, "event_id", `"7436db75-639c-5882-8c35-11c912e1a77"`},
		{rum.UncleanURL, "url_path", `"/login?token=secret"`},
		{rum.UncleanURL, "url_path", `"/docs#install"`},
		{rum.UncleanURL, "url_host", `"user:secret@shop.example"`},
		{rum.InvalidUTF8, "", "\"caf\xe9\""},
		{rum.InvalidUTF8, "", "\"\xc0\xaf\""},         // overlong
		{rum.InvalidUTF8, "", "\"\xed\xa0\x80\""},     // half of a surrogate pair
		{rum.InvalidUTF8, "", "\"\xf4\x90\x80\x80\""}, // beyond Unicode
	} {
		field := v.field
		if field == "" {
			field = "page_group"
		}
		p.reject(v.reason, v.field, p.with(field, v.json))
	}
	p.finish("bad-values.ndjson", Zstd)

	p.good()
	for _, field := range []string{
		"schema_version", "event_type", "site_id", "event_ts", "received_ts", "page_view_id", "url_host", "url_path", "sdk_name",
	} {
		p.reject(rum.MissingField, field, p.event(func(e *event) { e.drop(field) }))
		p.reject(rum.MissingField, field, p.with(field, "null"))
	}
	p.reject(rum.MissingField, "site_id", p.with("site_id", `""`))
	p.finish("missing-fields.ndjson", Gzip)
}

// times are events at, and beyond, what lies between event_ts and received_ts at most.
func (p *poisoner) times() {
	at := func(ahead time.Duration) string {
		return p.event(func(e *event) {
			received := p.o.Base.UnixMilli()
			e.time("received_ts", received)
			e.time("event_ts", received+ahead.Milliseconds())
		})
	}
	p.keep(at(day))
	p.keep(at(-7 * day))
	p.reject(rum.EventInFuture, "event_ts", at(day+time.Millisecond))
	p.reject(rum.EventTooOld, "event_ts", at(-7*day-time.Millisecond))
	p.reject(rum.BadTimestamp, "event_ts", p.with("event_ts", `"yesterday"`))
	p.reject(rum.BadTimestamp, "event_ts", p.with("event_ts", `"2026-11-20 12:00:00"`))
	p.reject(rum.BadTimestamp, "event_ts", p.with("event_ts", "1795165207"))             // seconds
	p.reject(rum.BadTimestamp, "received_ts", p.with("received_ts", "1795165207726000")) // microseconds
	p.reject(rum.TypeMismatch, "event_ts", p.with("event_ts", "true"))
	p.finish("bad-times.ndjson", Plain)
}
