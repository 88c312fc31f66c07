package generate

import "math"

// session is a visitor on a site: page views one after another, each with the beacons that it sends.
type session struct {
	d    dice
	v    *visitor
	out  *beacons
	now  int64 // the client's time, milliseconds since the Unix epoch
	e    event
	view view
}

// view is a page view.
type view struct {
	id, path string
	group    group
	load     load
	seq      int // beacons sent
	style    style
	version  string // of the SDK
	visible  string
}

// run writes the beacons of one session.
func (s *session) run(d dice, site *site, start int64) {
	s.d, s.v, s.now = d, newVisitor(d, site), start
	for range d.geometric(s.meanViews()) {
		s.page()
		s.v.referrer = site.host
		s.wait(d.logNormal(14_000, 1.1))
	}
}

func (s *session) meanViews() float64 {
	if s.v.botReason != "" {
		return 2
	}
	return 3.6
}

func (s *session) wait(ms float64) { s.now += int64(min(ms, 3_600_000)) }

// page is one page view: its first beacon, what happens on it, and the update when it is left.
func (s *session) page() {
	d, v := s.d, s.v
	g := v.site.groups.draw(d)
	s.view = view{
		id: v.sdk.viewID(d), path: g.page(d, v.site.slugs), group: g, load: newLoad(d, v, &g),
		style: one(d, v.sdk.styles), version: one(d, v.sdk.versions), visible: one(d, []string{"visible", "visible", "visible", "visible", "hidden"}),
	}
	s.wait(s.view.load.loaded.ms())
	s.pageView()
	s.requests()
	for v.site.spa && d.chance(0.55) {
		s.wait(d.logNormal(11_000, 1))
		s.softNav()
		s.requests()
	}
	s.troubles()
	s.wait(d.logNormal(9_000, 1.2))
	if d.chance(0.8) {
		s.pageUpdate()
	}
}

// requests are what the page fetches: calls of its API, and now and then a resource that is worth a report.
func (s *session) requests() {
	for s.d.chance(0.2) {
		s.wait(s.d.logNormal(900, 1))
		s.xhr()
	}
	for s.d.chance(0.14) {
		s.wait(s.d.logNormal(500, 1))
		s.resource()
	}
}

func (s *session) troubles() {
	if s.d.chance(0.035) {
		s.scriptError()
	}
	if s.d.chance(0.016) {
		s.report()
	}
	if s.d.chance(0.03) {
		s.custom()
	}
}

const (
	lateShare  = 0.002 // sent when the visitor came back: hours or days after
	aheadShare = 0.001 // of a client whose clock runs fast, and whose skew nobody took out
	longestLag = 6.5 * 24 * 3600 * 1000
)

// begin starts a beacon with what all of them have. It returns when the edge received it.
func (s *session) begin(eventType string) int64 {
	d, v, e := s.d, s.v, &s.e
	happened := s.now
	received := s.now + int64(d.logNormal(v.net.rttMS+40, 0.5))
	switch {
	case d.chance(lateShare):
		happened -= int64(min(d.logNormal(2*3600*1000, 1.3), longestLag))
	case d.chance(aheadShare):
		happened = received + int64(d.logNormal(20_000, 1))
	}
	e.reset(s.view.style)
	e.count("schema_version", 1)
	if !d.chance(v.sdk.noEventID) {
		e.str("event_id", randomUUID(d))
	}
	e.str("event_type", eventType)
	e.str("site_id", v.site.id)
	e.time("event_ts", happened)
	e.time("received_ts", received)
	e.str("page_view_id", s.view.id)
	e.str("sdk_name", v.sdk.name)
	e.str("sdk_version", s.view.version)
	e.str("url_host", v.site.host)
	e.str("url_path", s.view.path)
	e.optional("session_id", v.sessionID)
	if v.sdk.sequence {
		s.view.seq++
		e.count("beacon_seq", s.view.seq)
	}
	if d.chance(0.85) {
		e.str("page_group", s.view.group.name)
		e.str("app_version", v.site.appVersion)
		e.raw("sample_rate", v.sampleRate)
	}
	return received
}

// end adds what the collector and the edge know of every beacon, and hands it over.
func (s *session) end(received int64) {
	d, v, e := s.d, s.v, &s.e
	s.client()
	s.edge()
	if v.tellsBot {
		e.boolean("is_bot", v.botReason != "")
		e.optional("bot_reason", v.botReason)
	}
	if d.chance(0.7) {
		e.count("clock_skew_ms", int(v.skewMS))
	}
	v.sdk.extra(d, v, e)
	s.out.add(received, e)
}

func (s *session) client() {
	d, v, e := s.d, s.v, &s.e
	e.str("ua_family", v.device.browser)
	e.count("ua_major", v.browserMajor)
	e.str("os_family", v.device.osFamily)
	e.optional("os_version", v.osVersion)
	e.str("device_type", v.device.kind)
	e.optional("device_model", v.device.model)
	if !v.sendsClient {
		return
	}
	e.str("language", v.language)
	e.count("viewport_width", v.width)
	e.count("viewport_height", v.height)
	e.number("device_pixel_ratio", v.device.pixelRatio)
	e.count("cpu_cores", v.device.cores)
	if !v.device.chromium() {
		e.absent("net_effective_type")
		return
	}
	e.str("net_effective_type", v.net.effectiveType)
	e.number("net_rtt_ms", 50*math.Round(v.net.rttMS/50)) // as coarse as browsers tell
	e.number("net_downlink_mbps", min(math.Round(v.net.mbps*20)/20, 10))
	e.boolean("save_data", v.reducedNetwork)
	if d.chance(0.97) {
		e.number("device_memory_gb", v.device.memoryGB)
	}
}

func (s *session) edge() {
	d, v, e := s.d, s.v, &s.e
	if !v.behindCDN {
		return
	}
	e.str("country", v.place.country)
	if d.chance(0.94) {
		e.str("region", v.region)
	}
	if v.knownASN {
		e.count("asn", v.asn)
	}
	e.str("cdn_pop", v.pop)
	e.str("cdn_request_id", randomHex(d, 32))
	e.count("ip_version", v.ipVersion)
	if v.variant != "" {
		e.str("ab_variant", v.variant)
		e.str("accel_config_id", "cfg-2026w47-"+string(v.site.id[0]))
	}
}
