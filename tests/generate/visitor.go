package generate

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// visitor is who has a session, and everything that stays the same in it.
type visitor struct {
	site      *site
	place     *place
	device    *device
	sdk       *producer
	botReason string // empty for people

	sessionID      string
	region         string
	asn            int
	pop            string
	language       string
	osVersion      string
	browserMajor   int
	width, height  int
	net            network
	ipVersion      int
	variant        string
	skewMS         int64
	sampleRate     string
	slow           float64 // CPU time of this very device
	sendsClient    bool    // the SDK is set up to describe the client
	behindCDN      bool    // the edge adds what it knows
	knownASN       bool
	referrer       string
	tellsBot       bool
	reducedNetwork bool // save_data
}

const botShare = 0.02

func newVisitor(d dice, s *site) *visitor {
	p := places.draw(d)
	v := &visitor{site: s, place: &p, slow: p.slow * d.logNormal(1, 0.3)}
	v.device = v.drawDevice(d)
	v.slow *= v.device.slow
	v.sdk = producers[s.sdks.draw(d).name]
	v.region, v.asn, v.language = one(d, p.regions), one(d, p.asns), one(d, p.languages)
	v.pop = p.pops[min(d.geometric(1.3)-1, len(p.pops)-1)]
	v.osVersion, v.browserMajor = one(d, v.device.osVersions), one(d, v.device.majors)
	v.width, v.height = v.device.width, v.device.height
	if v.device.kind == "desktop" && d.chance(0.4) { // windows are seldom maximised
		v.width, v.height = v.width-d.IntN(v.width/3), v.height-d.IntN(v.height/3)
	}
	v.net = drawNetwork(d, &p, v.device)
	v.sessionID = v.sdk.sessionID(d)
	v.ipVersion = 4
	if d.chance(0.46) {
		v.ipVersion = 6
	}
	if s.experiment && d.chance(0.9) {
		v.variant = one(d, []string{"control", "accelerate", "accelerate", "preload-only"})
	}
	v.skewMS = int64(d.logNormal(180, 1.6))
	if d.chance(0.5) {
		v.skewMS = -v.skewMS
	}
	v.sampleRate = one(d, []string{"1", "1", "0.25", "0.1"})
	v.sendsClient, v.behindCDN, v.knownASN = d.chance(0.93), d.chance(0.96), d.chance(0.97)
	v.referrer = referrers.draw(d).name
	v.tellsBot = v.botReason != "" || d.chance(0.9)
	v.reducedNetwork = d.chance(0.05)
	return v
}

func (v *visitor) drawDevice(d dice) *device {
	switch {
	case d.chance(botShare):
		c := crawlers.draw(d)
		v.botReason = c.reason
		return &c.device
	case d.chance(v.place.mobile):
		dev := phones.draw(d)
		return &dev
	default:
		dev := computers.draw(d)
		return &dev
	}
}

// accelerated is the effect of the experiment's variant on the time that the origin takes.
func (v *visitor) accelerated() float64 {
	switch v.variant {
	case "accelerate":
		return 0.78
	case "preload-only":
		return 0.93
	default:
		return 1
	}
}

// network is a visitor's connection.
type network struct {
	effectiveType string
	rttMS         float64
	mbps          float64
}

func drawNetwork(d dice, p *place, dev *device) network {
	n := network{"4g", p.rttMS + 8, 60}
	if dev.kind != "desktop" {
		n.rttMS, n.mbps = p.rttMS+35, 22
	}
	if d.chance(p.poor) {
		switch x := d.Float64(); {
		case x < 0.75:
			n = network{"3g", p.rttMS + 230, 1.6}
		case x < 0.96:
			n = network{"2g", p.rttMS + 900, 0.25}
		default:
			n = network{"slow-2g", p.rttMS + 1900, 0.05}
		}
	}
	n.rttMS, n.mbps = d.logNormal(n.rttMS, 0.35), d.logNormal(n.mbps, 0.6)
	return n
}

var referrers = byOdds(
	odds{"", 38}, odds{"www.google.com", 31}, odds{"www.bing.com", 5}, odds{"duckduckgo.com", 2}, odds{"m.facebook.com", 6},
	odds{"out.reddit.com", 2}, odds{"newsletter.example", 4}, odds{"yandex.com.tr", 1}, odds{"www.google.co.jp", 4},
)

func randomHex(d dice, digits int) string {
	b := make([]byte, (digits+1)/2)
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	return hex.EncodeToString(b)[:digits]
}

// randomUUID is a version 4 UUID.
func randomUUID(d dice) string {
	h := []byte(randomHex(d, 32))
	h[12], h[16] = '4', "89ab"[d.IntN(4)]
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

func base36(d dice, digits int) string {
	var b strings.Builder
	for range digits {
		b.WriteByte("0123456789abcdefghijklmnopqrstuvwxyz"[d.IntN(36)])
	}
	return b.String()
}
