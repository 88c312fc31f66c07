package generate

import (
	"strconv"
	"strings"
)

// site is a tenant.
type site struct {
	id, host   string
	weight     float64
	sdks       weighted[odds]
	groups     weighted[group]
	spa        bool
	experiment bool    // takes part in the acceleration experiment
	originMS   float64 // median time of its origin
	hit        float64 // share of pages that the CDN has
	slugs      []string
	appVersion string
}

// group is a template of a site's pages. In its path, {slug} and {id} stand for one of many.
type group struct {
	weight float64
	name   string
	path   string
	pages  uint64
	heavy  float64 // weight of the page against the average
}

func groups(g ...group) weighted[group] { return weigh(g, func(g group) float64 { return g.weight }) }

// path returns one of the group's paths, the popular ones most of the time.
func (g *group) page(d dice, slugs []string) string {
	if g.pages == 0 {
		return g.path
	}
	n := d.zipf(g.pages)
	return strings.NewReplacer(
		"{slug}", slugs[n%uint64(len(slugs))],
		"{id}", strconv.FormatUint(10_000+n*7919%89_989, 10),
	).Replace(g.path)
}

var sites = []site{
	{
		id: "shop", host: "www.shop.example", weight: 42, experiment: true, originMS: 210, hit: 0.72, appVersion: "2026.11.3",
		sdks:  byOdds(odds{"web-vitals", 7}, odds{"boomerang", 3}),
		slugs: []string{"trail-runner", "merino-hoodie", "größentabelle", "espresso-maker", "crème-brûlée-set", "desk-lamp", "kids-bike"},
		groups: groups(
			group{20, "home", "/", 0, 1.2},
			group{30, "category", "/c/{slug}", 40, 1.1},
			group{38, "product", "/p/{slug}-{id}", 8000, 1},
			group{7, "cart", "/cart", 0, 0.7},
			group{3, "checkout", "/checkout/step/{id}", 4, 0.8},
			group{2, "search", "/search", 0, 1.3},
		),
	},
	{
		id: "news", host: "news.example", weight: 27, originMS: 140, hit: 0.9, appVersion: "v812",
		sdks:  byOdds(odds{"web-vitals", 5}, odds{"faro", 2}),
		slugs: []string{"election-night", "wetter-in-münchen", "markets-close-higher", "ligne-à-grande-vitesse", "match-report", "review"},
		groups: groups(
			group{25, "front", "/", 0, 1.5},
			group{60, "article", "/2026/11/{slug}-{id}", 5000, 1.2},
			group{10, "section", "/section/{slug}", 12, 1.1},
			group{5, "live", "/live/{slug}", 30, 1.6},
		),
	},
	{
		id: "travel", host: "book.travel.example", weight: 15, spa: true, experiment: true, originMS: 420, hit: 0.35, appVersion: "5.41.0-rc.2",
		sdks:  byOdds(odds{"boomerang", 6}, odds{"opentelemetry-web", 2}),
		slugs: []string{"berlin-to-tokyo", "são-paulo", "reykjavík", "münchen-hbf", "zürich"},
		groups: groups(
			group{22, "home", "/", 0, 1.1},
			group{40, "results", "/flights/{slug}/{id}", 3000, 1.8},
			group{25, "hotel", "/hotels/{slug}/{id}", 6000, 1.4},
			group{13, "booking", "/booking/{id}/passengers", 500, 0.9},
		),
	},
	{
		id: "bank", host: "app.bank.example", weight: 10, spa: true, originMS: 260, hit: 0.1, appVersion: "11.0.7",
		sdks:  byOdds(odds{"faro", 8}, odds{"opentelemetry-web", 3}),
		slugs: []string{"giro", "sparen", "depot"},
		groups: groups(
			group{30, "login", "/login", 0, 0.6},
			group{40, "accounts", "/accounts/{slug}", 3, 0.9},
			group{20, "transfer", "/transfer/new", 0, 0.8},
			group{10, "statement", "/accounts/{slug}/statements/{id}", 900, 0.9},
		),
	},
	{
		id: "games-jp", host: "xn--eckve6c1a8j.example", weight: 6, experiment: true, originMS: 180, hit: 0.6, appVersion: "3.2.1",
		sdks:  byOdds(odds{"web-vitals", 6}, odds{"opentelemetry-web", 2}),
		slugs: []string{"攻略", "ランキング", "新着", "将棋", "脱出ゲーム"},
		groups: groups(
			group{30, "トップ", "/", 0, 1.4},
			group{50, "ゲーム", "/ゲーム/{slug}/{id}", 1200, 1.6},
			group{20, "掲示板", "/bbs/{slug}", 200, 0.7},
		),
	},
}
