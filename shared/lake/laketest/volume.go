package laketest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Volume is n ordinary events: some sites and pages, vitals with long tails, three beacons of four without the fields
// of the first. They are the same for the same arguments, and spread over the given number of hours.
func Volume(n, hours int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	lines := make([]string, n)
	for i := range lines {
		ts := rumtest.At + int64(i)*int64(hours)*3_600_000/int64(n) + r.Int64N(5000)
		page := int(math.Pow(r.Float64(), 3) * 400)
		event := map[string]any{
			"event_id":     fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", r.Uint32(), r.Uint32N(1<<16), r.Uint32N(1<<12), r.Uint32N(1<<12), r.Uint64N(1<<48)),
			"event_ts":     ts,
			"event_type":   []string{"page_view", "page_update", "page_update", "soft_nav", "error"}[r.IntN(5)],
			"site_id":      fmt.Sprintf("site-%d", r.IntN(4)),
			"page_view_id": fmt.Sprintf("pv-%016x", r.Uint64()),
			"session_id":   fmt.Sprintf("s-%016x", r.Uint64N(1<<40)),
			"url_host":     fmt.Sprintf("www.site-%d.test", r.IntN(4)),
			"url_path":     fmt.Sprintf("/p/category-%d/product-%d", page%20, page),
			"page_group":   fmt.Sprintf("category-%d", page%20),
			"country":      []string{"DE", "US", "FR", "JP", "BR", "IN"}[r.IntN(6)],
			"device_type":  []string{"desktop", "mobile", "tablet"}[r.IntN(3)],
			"ua_family":    []string{"Chrome", "Safari", "Firefox"}[r.IntN(3)],
			"ua_major":     100 + r.IntN(50),
			"cdn_pop":      fmt.Sprintf("POP%02d", r.IntN(40)),
			"asn":          r.IntN(70_000),
			"cls":          math.Round(r.ExpFloat64()*100) / 1000,
			"inp_ms":       math.Round(40 * math.Exp(r.NormFloat64())),
			"is_bot":       r.IntN(20) == 0,
		}
		if r.IntN(4) == 0 {
			for _, timing := range []string{"lcp_ms", "fcp_ms", "ttfb_ms", "dns_ms", "tcp_ms", "tls_ms", "request_ms", "response_ms", "dom_interactive_ms", "load_ms"} {
				event[timing] = math.Round(10*math.Min(300*math.Exp(r.NormFloat64()), 600_000)) / 10
			}
			event["transfer_bytes"] = r.IntN(1_000_000)
			event["url_query_keys"] = []string{"utm_source", "q"}[:r.IntN(3)]
			event["extra"] = map[string]any{"build": strconv.Itoa(r.IntN(100)), "theme": "dark"}
		}
		lines[i] = rumtest.Event(event)
	}
	return lines
}
