package generate

import "math"

// interaction is the slowest answer to an input: its parts add up to the whole.
type interaction struct {
	inp, delay, processing, presentation tenths
	target, kind                         string
}

// newInteraction returns what a visitor's device made of a page view, and whether there was any input.
func newInteraction(d dice, v *visitor) (interaction, bool) {
	if v.botReason != "" || d.chance(0.22) {
		return interaction{}, false
	}
	i := interaction{target: one(d, inputTargets), kind: "pointer"}
	if d.chance(0.18) {
		i.kind = "keyboard"
	}
	if d.chance(0.04) { // no event took long enough to be timed: zero is what was measured
		return i, true
	}
	// Event Timing rounds to 8 ms.
	i.inp = min(tenths(80*max(1, math.Round(d.logNormal(52*v.slow, 0.85)/8))), longest)
	i.delay = tenths(float64(i.inp) * d.between(0, 0.4))
	i.processing = tenths(float64(i.inp-i.delay) * d.between(0.1, 0.8))
	i.presentation = i.inp - i.delay - i.processing
	return i, true
}

// newShift is a page view's layout shift score: none at all for many.
func newShift(d dice, g *group) float64 {
	if d.chance(0.38) {
		return 0
	}
	return min(math.Round(d.logNormal(0.024*g.heavy, 1.4)*1e6)/1e6, 8)
}

var (
	inputTargets = []string{
		"#buy>button.primary", "nav>ul>li:nth-child(3)>a", "input[name=\"q\"]", "#größe-m", "div.menu-toggle>span", "button.add-to-cart",
		"html>body>main>form>input#email", "li.ゲーム-item>a", "label[for='agb']",
	}
	paintTargets = []string{
		"main>div.hero>img", "article>h1", "#product-image>picture>img", "div.banner>video", "section.top>p.lead", "img.größe-xl", "body>div#root>div>img",
	}
	shiftTargets = []string{"div.ad-slot", "footer", "#cookie-banner", "img.lazy", "ul.recommendations>li", "div.größentabelle"}
)
