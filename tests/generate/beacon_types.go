package generate

import "math"

// pageView is the first beacon of a page: how it loaded.
func (s *session) pageView() {
	d, v, e, l := s.d, s.v, &s.e, &s.view.load
	received := s.begin("page_view")
	e.optional("referrer_host", v.referrer)
	e.str("nav_type", l.navType)
	e.str("visibility", s.view.visible)
	if d.chance(0.22) {
		e.list("url_query_keys", one(d, queryKeys))
	}
	s.vitals()
	s.navigation()
	s.delivery()
	s.end(received)
}

// vitals are what the browser has measured by the time of the load event.
func (s *session) vitals() {
	d, v, e, l := s.d, s.v, &s.e, &s.view.load
	lcp, _, cls := v.device.vitals(v.browserMajor)
	e.timing("ttfb_ms", l.ttfb)
	if s.view.visible == "visible" {
		e.timing("fcp_ms", l.fcp)
	} else {
		e.absent("fcp_ms")
	}
	if lcp && s.view.visible == "visible" && d.chance(0.95) {
		e.timing("lcp_ms", l.lcp)
		if v.sdk.attributes {
			s.paintAttribution()
		}
	} else {
		e.absent("lcp_ms")
	}
	if cls && d.chance(0.5) {
		e.number("cls", newShift(d, &s.view.group))
	}
}

func (s *session) paintAttribution() {
	d, e, l := s.d, &s.e, &s.view.load
	if d.chance(0.9) {
		e.str("lcp_target", one(d, paintTargets))
	}
	if l.lcpImage {
		e.str("lcp_url", "https://img."+s.v.site.host+"/w"+one(d, []string{"480", "960", "1600"})+"/"+randomHex(d, 12)+"."+one(d, []string{"avif", "webp", "jpg"}))
	}
	e.timing("lcp_resource_load_delay_ms", l.lcpDelay)
	e.timing("lcp_resource_load_duration_ms", l.lcpDuration)
	e.timing("lcp_element_render_delay_ms", l.lcpRender)
}

func (s *session) navigation() {
	d, e, l := s.d, &s.e, &s.view.load
	if l.loaded == 0 { // no load happened: the page was there
		return
	}
	e.timing("redirect_ms", l.redirect)
	e.timing("dns_ms", l.dns)
	e.timing("tcp_ms", l.tcp)
	e.timing("tls_ms", l.tls)
	e.timing("request_ms", l.request)
	e.timing("response_ms", l.response)
	e.timing("dom_interactive_ms", l.domInteractive)
	e.timing("dom_content_loaded_ms", l.domContentLoaded)
	e.timing("load_ms", l.loaded)
	e.count("redirect_count", l.redirects)
	if d.chance(0.9) {
		e.count("transfer_bytes", l.transfer)
		e.count("encoded_bytes", l.encoded)
		e.count("decoded_bytes", l.decoded)
		e.count("response_status", l.status)
		e.str("next_hop_protocol", l.protocol)
	}
}

// delivery is what the CDN says about the page itself.
func (s *session) delivery() {
	e, l := &s.e, &s.view.load
	if !s.v.behindCDN || l.loaded == 0 {
		return
	}
	status := "miss"
	if l.cacheHit {
		status = "hit"
	}
	e.str("cdn_cache_status", status)
	e.timing("cdn_edge_ms", l.edge)
	e.timing("cdn_origin_ms", l.origin)
	e.timing("cdn_rtt_ms", l.edgeRTT)
}

// pageUpdate is the beacon that leaves with the page: the vitals that only its end settles.
func (s *session) pageUpdate() {
	d, v, e := s.d, s.v, &s.e
	received := s.begin("page_update")
	e.str("nav_type", s.view.load.navType)
	e.str("visibility", "hidden")
	_, inp, cls := v.device.vitals(v.browserMajor)
	if i, happened := newInteraction(d, v); inp && happened {
		e.timing("inp_ms", i.inp)
		if v.sdk.attributes {
			e.str("inp_target", i.target)
			e.str("inp_type", i.kind)
			e.timing("inp_input_delay_ms", i.delay)
			e.timing("inp_processing_ms", i.processing)
			e.timing("inp_presentation_ms", i.presentation)
		}
	} else {
		e.absent("inp_ms")
	}
	if cls {
		score := newShift(d, &s.view.group)
		e.number("cls", score)
		if score > 0 && v.sdk.attributes {
			e.str("cls_target", one(d, shiftTargets))
		}
	} else {
		e.absent("cls")
	}
	s.end(received)
}

// softNav is a change of the route in a single-page application. It belongs to the page view it happened in.
func (s *session) softNav() {
	d, v, e := s.d, s.v, &s.e
	s.view.group = v.site.groups.draw(d)
	s.view.path = s.view.group.page(d, v.site.slugs)
	received := s.begin("soft_nav")
	e.str("nav_id", s.view.id+"."+base36(d, 4))
	paint := fromMS(d.logNormal(190*v.slow, 0.7))
	e.timing("ttfb_ms", 0)
	e.timing("fcp_ms", paint)
	e.timing("lcp_ms", paint+fromMS(d.logNormal(80*v.slow, 0.9)))
	e.timing("load_ms", paint+fromMS(d.logNormal(140*v.slow, 0.9)))
	e.number("cls", newShift(d, &s.view.group))
	s.end(received)
}

func (s *session) xhr() {
	d, v, e := s.d, s.v, &s.e
	received := s.begin("xhr")
	request := fromMS(d.logNormal(v.net.rttMS, 0.3) + d.logNormal(v.site.originMS*v.accelerated()*0.6, 0.8))
	response := fromMS(d.logNormal(9, 1.1))
	e.timing("request_ms", request)
	e.timing("ttfb_ms", request)
	e.timing("response_ms", response)
	e.timing("load_ms", request+response)
	size := int(d.logNormal(4_200, 1.2))
	e.count("transfer_bytes", size+220)
	e.count("encoded_bytes", size)
	e.count("response_status", one(d, []int{200, 200, 200, 200, 200, 201, 204, 304, 401, 404, 429, 500, 503}))
	e.str("next_hop_protocol", s.view.load.protocol)
	e.str("xhr_method", one(d, []string{"GET", "GET", "GET", "POST", "PUT"}))
	e.str("xhr_path", "/api/v2/"+one(d, []string{"cart", "prices", "availability", "recommendations", "saldo/übersicht"}))
	s.end(received)
}

func (s *session) resource() {
	d, v, e := s.d, s.v, &s.e
	received := s.begin("resource")
	size := int(d.logNormal(58_000, 1.1))
	cached := d.chance(0.3)
	duration := tenths(0)
	if !cached {
		duration = fromMS(v.net.rttMS + float64(size)*8/(v.net.mbps*1000)*d.between(0.8, 1.7))
	}
	e.timing("load_ms", duration)
	e.timing("response_ms", duration/3)
	e.count("decoded_bytes", size)
	if cached {
		e.count("transfer_bytes", 0)
	} else {
		e.count("transfer_bytes", size/2+300)
	}
	e.str("next_hop_protocol", s.view.load.protocol)
	e.str("resource_type", one(d, []string{"img", "script", "css", "font", "fetch"}))
	e.str("resource_host", one(d, []string{"cdn." + v.site.host, "fonts.example", "tags.example", "video.example"}))
	e.number("resource_priority", float64(d.IntN(5)))
	s.end(received)
}

func (s *session) scriptError() {
	d, e := s.d, &s.e
	received := s.begin("error")
	fault := one(d, faults)
	e.str("error_type", fault.kind)
	e.str("error_message", fault.message)
	e.str("error_stack_hash", fault.hash)
	e.number("source_line", float64(1+d.IntN(4000)))
	s.end(received)
}

func (s *session) report() {
	d, e := s.d, &s.e
	received := s.begin("report")
	n := one(d, networkErrors)
	e.str("nel_phase", n.phase)
	e.str("nel_type", n.kind)
	e.timing("nel_elapsed_ms", fromMS(d.pareto(n.elapsedMS, 1.4)))
	s.end(received)
}

func (s *session) custom() {
	d, e := s.d, &s.e
	received := s.begin("custom")
	e.str("name", one(d, []string{"add_to_cart", "newsletter_signup", "video_start", "動画再生", "🎉 level_up"}))
	e.number("value", math.Round(d.logNormal(40, 1)*100)/100)
	e.boolean("first", d.chance(0.3))
	s.end(received)
}

var queryKeys = [][]string{
	{"utm_source", "utm_medium", "utm_campaign"}, {"gclid"}, {"q", "page"}, {"fbclid", "utm_source"}, {"größe", "farbe"}, {"ref"}, {},
}

var faults = []struct{ kind, message, hash string }{
	{"TypeError", "Cannot read properties of undefined (reading 'price')", "9f0c3ab1d2e47788"},
	{"TypeError", "null is not an object (evaluating 'e.target.closest(\"form\")')", "11d4e0a9c3b25f60"},
	{"ReferenceError", "gtag is not defined", "b7e1f3029a5c4d18"},
	{"UnhandledRejection", "Failed to fetch", "0c55aa18e7d93f24"},
	{"SyntaxError", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "e2a90bd4617c8f35"},
	{"ChunkLoadError", "Loading chunk 417 failed.\n(timeout: https://cdn.travel.example/js/417.8c1f.js)", "74b0e6cd12f8a953"},
	{"Error", "Größe „XL“ nicht verfügbar 😢", "5a3d91ec70f4b286"},
	{"RangeError", "カートの数量が範囲外です\tqty=0", "c81f64d02be9a735"},
	{"SecurityError", `Blocked a frame with origin "https://tags.example" from accessing C:\ads\frame`, "3e97d5b0a1c8f642"},
}

var networkErrors = []struct {
	phase, kind string
	elapsedMS   float64
}{
	{"dns", "dns.name_not_resolved", 20},
	{"dns", "dns.unreachable", 900},
	{"connection", "tcp.timed_out", 9000},
	{"connection", "tcp.reset", 60},
	{"connection", "tls.cert.date_invalid", 80},
	{"application", "http.error", 120},
	{"application", "http.response.invalid", 90},
	{"application", "abandoned", 1500},
}
