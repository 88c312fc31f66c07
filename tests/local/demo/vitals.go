package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rumline/rumline/tests/roundtrip"
)

// Group is what the vitals are summed up by.
type Group struct {
	Page    string // page group
	Country string
}

// Vitals are the 75th percentiles of a group; nil where nothing was measured.
type Vitals struct {
	Events        int
	LCP, INP, CLS *float64
}

// none stands for a page group or country that an event does not have.
const none = "-"

// The level of the percentiles is the one that web-vitals are judged by (web.dev/articles/vitals). quantileExact takes
// the measurement at the index level × count of the sorted ones.
const level = 0.75

// VitalsOfClickHouse computes the vitals of all groups by SQL.
func VitalsOfClickHouse(ctx context.Context, conn driver.Conn) (map[Group]Vitals, error) {
	rows, err := conn.Query(ctx, fmt.Sprintf(`
		SELECT ifNull(page_group, '%[2]s'), ifNull(country, '%[2]s'), toInt64(count()),
		       quantileExact(%[1]g)(lcp_ms), quantileExact(%[1]g)(inp_ms), toFloat64(quantileExact(%[1]g)(cls))
		FROM rum_events GROUP BY 1, 2`, level, none))
	if err != nil {
		return nil, fmt.Errorf("ask ClickHouse for the vitals: %w", err)
	}
	defer rows.Close()
	vitals := make(map[Group]Vitals)
	for rows.Next() {
		var g Group
		var v Vitals
		var events int64
		if err := rows.Scan(&g.Page, &g.Country, &events, &v.LCP, &v.INP, &v.CLS); err != nil {
			return nil, fmt.Errorf("ask ClickHouse for the vitals: %w", err)
		}
		v.Events = int(events)
		vitals[g] = v
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ask ClickHouse for the vitals: %w", err)
	}
	return vitals, nil
}

// VitalsOf computes the vitals of all groups from the events themselves.
func VitalsOf(rows roundtrip.Rows) (map[Group]Vitals, error) {
	type measured struct {
		events        int
		lcp, inp, cls []float64
	}
	groups := make(map[Group]*measured)
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		g := Group{none, none}
		if v, ok := row["page_group"].(string); ok {
			g.Page = v
		}
		if v, ok := row["country"].(string); ok {
			g.Country = v
		}
		m := groups[g]
		if m == nil {
			m = &measured{}
			groups[g] = m
		}
		m.events++
		for name, list := range map[string]*[]float64{"lcp_ms": &m.lcp, "inp_ms": &m.inp, "cls": &m.cls} {
			if v, ok := row[name].(float64); ok {
				*list = append(*list, v)
			}
		}
	}
	vitals := make(map[Group]Vitals, len(groups))
	for g, m := range groups {
		vitals[g] = Vitals{Events: m.events, LCP: percentile(m.lcp), INP: percentile(m.inp), CLS: percentile(m.cls)}
	}
	return vitals, nil
}

func percentile(values []float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	return &values[int(level*float64(len(values)))]
}

// Largest returns the n groups with the most events, of those that have a page group and a country.
func Largest(vitals map[Group]Vitals, n int) []Group {
	var groups []Group
	for g := range vitals {
		if g.Page != none && g.Country != none {
			groups = append(groups, g)
		}
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(vitals[b].Events, vitals[a].Events), cmp.Compare(a.Page, b.Page), cmp.Compare(a.Country, b.Country))
	})
	return groups[:min(n, len(groups))]
}

// Differ returns the groups whose vitals are not the same in both.
func Differ(a, b map[Group]Vitals) []Group {
	var groups []Group
	for g, v := range a {
		if w, ok := b[g]; !ok || !v.equal(w) {
			groups = append(groups, g)
		}
	}
	for g := range b {
		if _, ok := a[g]; !ok {
			groups = append(groups, g)
		}
	}
	return groups
}

func (v Vitals) equal(w Vitals) bool {
	same := func(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }
	return v.Events == w.Events && same(v.LCP, w.LCP) && same(v.INP, w.INP) && same(v.CLS, w.CLS)
}
