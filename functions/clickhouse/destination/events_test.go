package destination_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// day0 is 2026-03-01 00:00:00 UTC, in milliseconds.
const (
	day0     = int64(1772323200000)
	dayMS    = int64(24 * 60 * 60 * 1000)
	minuteMS = int64(60 * 1000)
)

// event is the JSON of an event with what is required and some more.
func event(tb testing.TB, ts int64, more map[string]any) string {
	tb.Helper()
	e := map[string]any{
		"schema_version": 1, "event_type": "page_view", "site_id": "shop", "event_ts": ts, "received_ts": ts + 250,
		"page_view_id": "pv", "url_host": "shop.example", "url_path": "/", "sdk_name": "web-vitals",
	}
	maps.Copy(e, more)
	text, err := json.Marshal(e)
	require.NoError(tb, err)
	return string(text)
}

// traffic returns n events of some sites, pages, countries and devices, spread over the given days from day0.
func traffic(tb testing.TB, seed uint64, n, days int) []string {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	lines := make([]string, n)
	for i := range lines {
		var id uuid.UUID
		for b := range id {
			id[b] = byte(r.Uint32())
		}
		path := fmt.Sprintf("/p/%d", r.IntN(200))
		lines[i] = event(tb, day0+r.Int64N(int64(days)*dayMS), map[string]any{
			"event_id": id.String(), "site_id": pick("shop", "news", "docs"), "url_path": path,
			"page_view_id": fmt.Sprintf("pv-%d", r.Uint64()), "session_id": fmt.Sprintf("s-%d", r.Uint64()),
			"page_group": pick("home", "product", "cart"), "country": pick("DE", "FR", "US", "JP"),
			"device_type": pick("mobile", "desktop"), "cdn_pop": pick("FRA", "CDG", "IAD"), "ab_variant": pick("a", "b"),
			"is_bot": r.IntN(10) == 0, "lcp_ms": r.ExpFloat64() * 2000, "inp_ms": r.ExpFloat64() * 150,
			"cls": r.Float64() * 0.4, "fcp_ms": r.ExpFloat64() * 1200, "ttfb_ms": r.ExpFloat64() * 500,
			"ua_family": pick("Chrome", "Safari", "Firefox"), "ua_major": 100 + r.IntN(40), "os_family": pick("Android", "iOS", "Windows"),
			"nav_type": pick("navigate", "reload", "back-forward"), "net_effective_type": pick("4g", "3g"),
			"dom_interactive_ms": r.ExpFloat64() * 1500, "load_ms": r.ExpFloat64() * 4000, "transfer_bytes": r.IntN(1 << 20),
			"decoded_bytes": r.IntN(1 << 22), "response_status": 200, "next_hop_protocol": pick("h2", "h3"),
			"viewport_width": 320 + r.IntN(1600), "language": pick("de", "en", "fr"), "url_query_keys": []string{"utm_source", "q"},
			"custom_team": pick("checkout", "search"), "custom_build": fmt.Sprint(r.IntN(50)),
		})
	}
	return lines
}
