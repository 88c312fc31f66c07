package generate

import "math"

// tenths is a duration in tenths of a millisecond: what browsers round to. Sums of parts are exact.
type tenths int

// longest is the longest timing that the schema takes.
const longest tenths = 10 * 60 * 1000 * 10

func fromMS(ms float64) tenths {
	return min(tenths(math.Round(max(ms, 0)*10)), longest)
}

func (t tenths) ms() float64 { return float64(t) / 10 }

// load is how a page loaded. All times but the durations of phases count from the navigation's start.
type load struct {
	navType  string
	redirect tenths
	dns      tenths
	tcp      tenths
	tls      tenths
	request  tenths
	response tenths
	ttfb     tenths
	fcp      tenths
	lcp      tenths

	lcpDelay, lcpDuration, lcpRender tenths // with ttfb they add up to lcp
	lcpImage                         bool

	domInteractive, domContentLoaded, loaded tenths

	redirects                  int
	transfer, encoded, decoded int
	status                     int
	protocol                   string
	cacheHit                   bool
	edge, origin, edgeRTT      tenths
}

var navTypes = byOdds(
	odds{"navigate", 74}, odds{"back-forward-cache", 10}, odds{"back-forward", 6}, odds{"reload", 6}, odds{"prerender", 3}, odds{"restore", 1},
)

func newLoad(d dice, v *visitor, g *group) load {
	l := load{navType: navTypes.draw(d).name, status: 200, lcpImage: d.chance(0.68)}
	l.bytes(d, g)
	switch l.navType {
	case "back-forward-cache":
		l.fromCache(d, v)
		return l
	case "prerender":
		l.prerendered(d, v)
		return l
	}
	l.connect(d, v)
	l.serve(d, v)
	l.paint(d, v, g)
	return l
}

func (l *load) bytes(d dice, g *group) {
	l.decoded = int(d.logNormal(92_000*g.heavy, 0.6))
	l.encoded = int(float64(l.decoded) * d.between(0.14, 0.32))
	l.transfer = l.encoded + 300 + d.IntN(900)
	l.protocol = one(d, []string{"h3", "h3", "h2", "h2", "h2", "http/1.1"})
	if d.chance(0.012) {
		l.status = one(d, []int{404, 404, 500, 503, 403})
	}
}

// fromCache is a page that the browser kept whole: nothing is fetched, and zero is what was measured.
func (l *load) fromCache(d dice, v *visitor) {
	l.fcp = fromMS(d.logNormal(22*v.slow, 0.5))
	l.lcp, l.lcpRender = l.fcp, l.fcp
	l.transfer, l.lcpImage = 0, false
}

// prerendered is a page that was ready before it was asked for: times count from its activation.
func (l *load) prerendered(d dice, v *visitor) {
	if d.chance(0.4) {
		l.fcp = fromMS(d.logNormal(12*v.slow, 0.6))
	}
	l.lcp = l.fcp + fromMS(d.logNormal(15*v.slow, 0.8))
	l.lcpRender = l.lcp
}

func (l *load) connect(d dice, v *visitor) {
	rtt := func() float64 { return d.logNormal(v.net.rttMS, 0.3) }
	l.edgeRTT = fromMS(rtt())
	if d.chance(0.09) {
		l.redirects = 1 + d.IntN(2)
		l.redirect = fromMS(float64(l.redirects) * (rtt() + d.logNormal(40, 0.7)))
	}
	if d.chance(0.45) { // the connection is there already: zeros that are measured
		return
	}
	if d.chance(0.6) {
		l.dns = fromMS(d.logNormal(0.7*v.net.rttMS, 0.7))
	}
	l.tcp, l.tls = fromMS(rtt()), fromMS(rtt()+d.logNormal(4, 0.4))
	if l.protocol == "h3" { // one round trip for both
		l.tcp = 0
	}
}

func (l *load) serve(d dice, v *visitor) {
	l.cacheHit = d.chance(v.site.hit)
	l.edge = fromMS(d.logNormal(3, 0.8))
	if !l.cacheHit {
		l.origin = fromMS(d.logNormal(v.site.originMS*v.accelerated(), 0.65))
	}
	l.request = fromMS(d.logNormal(v.net.rttMS, 0.25)) + l.edge + l.origin
	l.response = fromMS(float64(l.encoded)*8/(v.net.mbps*1000) + d.logNormal(2, 0.8))
	l.ttfb = l.redirect + l.dns + l.tcp + l.tls + l.request
}

func (l *load) paint(d dice, v *visitor, g *group) {
	cpu := func(ms, sigma float64) tenths { return fromMS(d.logNormal(ms*v.slow*g.heavy, sigma)) }
	l.fcp = l.ttfb + min(l.response, fromMS(d.logNormal(30, 0.5))) + cpu(95, 0.5)
	if l.lcpImage {
		l.lcpDelay = cpu(60, 0.7)
		kilobits := d.logNormal(110*g.heavy, 0.9) * 8
		l.lcpDuration = fromMS(v.net.rttMS + kilobits/v.net.mbps*d.between(1, 1.6))
		l.lcpRender = cpu(18, 0.9)
		l.lcp = l.ttfb + l.lcpDelay + l.lcpDuration + l.lcpRender
	}
	if l.lcp < l.fcp { // text, or an image that came before the first paint
		l.lcpRender += l.fcp - max(l.lcp, l.ttfb)
		l.lcp = l.ttfb + l.lcpDelay + l.lcpDuration + l.lcpRender
		if !l.lcpImage && d.chance(0.35) {
			later := cpu(160, 0.9)
			l.lcp, l.lcpRender = l.lcp+later, l.lcpRender+later
		}
	}
	l.domInteractive = l.ttfb + l.response + cpu(140, 0.6)
	l.domContentLoaded = l.domInteractive + cpu(35, 0.9)
	l.loaded = max(l.domContentLoaded, l.lcp) + cpu(210, 0.9)
	l.bound()
}

// bound keeps what a tail has carried past the schema's limit at that limit.
func (l *load) bound() {
	for _, t := range []*tenths{
		&l.redirect, &l.request, &l.ttfb, &l.fcp, &l.lcp, &l.lcpDelay, &l.lcpDuration, &l.lcpRender,
		&l.domInteractive, &l.domContentLoaded, &l.loaded,
	} {
		*t = min(*t, longest)
	}
}
