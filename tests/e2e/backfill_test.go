package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// requireBackfill: to be notified again of everything changes nothing, and a table that lost everything gets everything
// back, once.
func (p *pipeline) requireBackfill(t *testing.T) {
	p.backfill(t, "json")
	p.requireConserved(t)

	before := p.vitals(t)
	require.Positive(t, before.PageViews)
	for _, table := range []string{"rum_events", "rum_vitals_1m"} {
		require.NoError(t, p.engine.Exec(t.Context(), "TRUNCATE TABLE "+table))
	}
	require.Zero(t, p.vitals(t))
	rebuild := []string{"-force", "-name", "rebuild"}
	p.counts.repeat("clickhouse", again{p.announced, int64(p.sent.Len())})
	for range 2 { // the second time it changes nothing
		p.backfill(t, "clickhouse", rebuild...)
		p.requireConserved(t)
		require.Equal(t, before, p.vitals(t))
	}
	p.compare(t)
}

// backfill notifies a destination of everything that was ever put, and waits until it has taken it.
func (p *pipeline) backfill(t *testing.T, destination string, args ...string) {
	t.Helper()
	done := oncall[struct{ Objects, Messages, Skipped int64 }](t, p, well, "backfill",
		append([]string{"-dest", destination, "-prefix", p.deployment.RawPrefix, "-rate", "0", "-yes"}, args...)...)
	require.Equal(t, p.announced, done.Objects)
	require.Equal(t, p.announced, done.Messages)
	require.Zero(t, done.Skipped)
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
	p.requireNoDeadLetters(t)
}

// vitals is what the rollup has counted.
type vitals struct{ Events, PageViews, GoodLCP, PoorCLS uint64 }

func (p *pipeline) vitals(t *testing.T) (v vitals) {
	t.Helper()
	require.NoError(t, p.engine.QueryRow(t.Context(), "SELECT sum(events), sum(page_views), sum(lcp_good), sum(cls_poor) FROM rum_vitals_1m").
		Scan(&v.Events, &v.PageViews, &v.GoodLCP, &v.PoorCLS))
	return v
}
