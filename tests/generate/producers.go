package generate

import (
	"fmt"
	"time"
)

// producer is an SDK with the collector behind it: how it names things and how it writes JSON.
type producer struct {
	name       string
	versions   []string
	styles     []style
	sessionID  func(dice) string // empty for SDKs without sessions
	viewID     func(dice) string
	sequence   bool // numbers its beacons
	attributes bool // tells which elements the vitals were about
	noEventID  float64
	// extra adds what the schema does not know.
	extra func(d dice, v *visitor, e *event)
}

var producers = map[string]*producer{
	"web-vitals": {
		name: "web-vitals", versions: []string{"6.2.3", "6.2.3", "6.1.0", "5.1.0"},
		styles:    []style{{}, {}, {slashes: true}},
		sessionID: func(dice) string { return "" },
		viewID: func(d dice) string {
			return fmt.Sprintf("v6-%d-%d", 1_795_000_000_000+d.Int64N(1e9), 1e12+d.Int64N(9e12))
		},
		attributes: true, noEventID: 0.02,
		extra: func(d dice, v *visitor, e *event) {
			if d.chance(0.4) {
				e.boolean("lcp_is_background_image", d.chance(0.2))
				e.str("build", v.site.appVersion+"+"+randomHex(d, 7))
			}
		},
	},
	"boomerang": {
		name: "boomerang", versions: []string{"1.815.1", "1.815.1", "1.766.0"},
		styles:     []style{{decimal: true, spaced: true}, {decimal: true, spaced: true, ascii: true}},
		sessionID:  func(d dice) string { return randomUUID(d) + "-" + base36(d, 6) },
		viewID:     func(d dice) string { return "bm-" + base36(d, 8) + "-1" },
		sequence:   true,
		attributes: false,
		extra: func(d dice, v *visitor, e *event) {
			if v.behindCDN && d.chance(0.6) {
				e.raw("extra", `{"servertiming": "~(~(~'cdn-cache~'HIT~'MISS)~'edge~(~'cdn-pop~'`+v.pop+`)~'origin)", "rt.start": "navigation"}`)
			}
			e.count("mem_total", 10_000_000+d.IntN(90_000_000))
		},
	},
	"faro": {
		name: "faro", versions: []string{"2.0.2", "1.19.0"},
		styles:     []style{{sorted: true, nulls: true, zone: time.UTC}, {sorted: true, zone: time.UTC}},
		sessionID:  func(d dice) string { return base36(d, 10) },
		viewID:     func(d dice) string { return base36(d, 21) },
		sequence:   true,
		attributes: true, noEventID: 0.05,
		extra: func(d dice, v *visitor, e *event) {
			e.str("app_name", v.site.id)
			e.boolean("browser_mobile", v.device.kind == "mobile")
			if d.chance(0.3) {
				e.str("user_plan", one(d, []string{"free", "plus", "日本プラン", "größer als \"plus\""}))
			}
		},
	},
	"opentelemetry-web": {
		name: "opentelemetry-web", versions: []string{"0.208.0", "0.203.0"},
		styles:    []style{{spaced: true, ascii: true, zone: time.FixedZone("", 9*3600)}, {zone: time.FixedZone("", -3*3600-1800)}},
		sessionID: func(d dice) string { return randomHex(d, 32) },
		viewID:    func(d dice) string { return randomHex(d, 16) },
		extra: func(d dice, _ *visitor, e *event) {
			e.str("trace_id", randomHex(d, 32))
			e.str("span_id", randomHex(d, 16))
			e.count("trace_flags", d.IntN(2))
		},
	},
}
