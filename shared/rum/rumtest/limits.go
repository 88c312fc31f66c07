package rumtest

import (
	"encoding/json"
	"maps"
	"math"
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// At is the event_ts of events that say nothing else: 2026-11-23 17:42:00.123 UTC, in milliseconds.
const At = int64(1795455720123)

// Event is a smallest possible event with some fields set, or taken away by a nil.
func Event(set map[string]any) string {
	event := map[string]any{
		"schema_version": 1, "event_id": "0191d5a4-7c1e-7c3a-9d7e-2f6b1a0c4e55", "event_type": "page_view",
		"site_id": "shop", "event_ts": At, "received_ts": At, "page_view_id": "pv-1",
		"url_host": "www.shop.test", "url_path": "/", "sdk_name": "web-vitals",
	}
	maps.Copy(event, set)
	if ts, moved := set["event_ts"]; moved {
		event["received_ts"] = ts
	}
	line, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return string(line)
}

// Limits are events that go to the limits of every field: absent, empty, smallest, greatest, awkward, and every
// field on its own, so that a mix-up of two columns shows.
func Limits() []string {
	lines := []string{Event(nil)}
	for _, pick := range []func(rum.Field) any{empty, smallest, greatest, awkward} {
		all := make(map[string]any)
		for _, f := range rum.Fields() {
			if v := pick(f); v != nil && !fixed(f) {
				all[f.Name] = v
				lines = append(lines, Event(map[string]any{f.Name: v}))
			}
		}
		lines = append(lines, Event(all))
	}
	return lines
}

// fixed says that a field's values are checked against more than its kind.
func fixed(f rum.Field) bool {
	switch f.Name {
	case "schema_version", "event_id", "event_type", "event_ts", "received_ts":
		return true
	}
	return false
}

func empty(f rum.Field) any {
	switch f.Kind {
	case rum.String:
		if !f.Required {
			return ""
		}
	case rum.StringList:
		return []string{}
	case rum.StringMap:
		return map[string]string{}
	case rum.Bool:
		return false
	default:
		if f.Min <= 0 {
			return 0
		}
	}
	return nil
}

func smallest(f rum.Field) any {
	switch f.Kind {
	case rum.StringList:
		return []string{""}
	case rum.StringMap:
		return map[string]string{"": ""}
	case rum.Float32, rum.Float64:
		return f.Min
	default:
		return nil
	}
}

func greatest(f rum.Field) any {
	wide := strings.Repeat("🦫", f.MaxChars)
	switch f.Kind {
	case rum.String:
		if !strings.HasPrefix(f.Name, "url_") {
			return wide
		}
	case rum.Uint8, rum.Uint16, rum.Uint32:
		return uint64(f.Max)
	case rum.Uint64:
		return uint64(math.MaxUint64)
	case rum.Float32, rum.Float64:
		return f.Max
	case rum.Bool:
		return true
	case rum.StringList:
		return []string{wide, wide, "z"}
	case rum.StringMap:
		return map[string]string{"k": wide, strings.Repeat("é", 100): "z"}
	default:
	}
	return nil
}

// Awkward is a text that careless writers of JSON, SQL or lines break on.
const Awkward = "q\"b\\s/l <script>&'\t\r\n\b\f\x01\x1f\x7f \u0085 \u2028\u2029 é ß \u202e日本 👩\u200d🚀 ﷽ \ufeff"

func awkward(f rum.Field) any {
	switch f.Kind {
	case rum.String:
		if !strings.HasPrefix(f.Name, "url_") {
			return Awkward
		}
	case rum.Uint8, rum.Uint16, rum.Uint32:
		return 1
	case rum.Uint64:
		return uint64(math.MaxInt64)
	case rum.Float32, rum.Float64:
		return 0.1
	case rum.StringList:
		return []string{Awkward, "", "a,b", "null"}
	case rum.StringMap:
		return map[string]string{Awkward: Awkward, "A": "null", "a": "{}", "": "empty"}
	default:
	}
	return nil
}
