-- +goose NO TRANSACTION
-- +goose Up

-- The rollup for people: a row a minute and combination of dimensions, with percentiles in the vital's own unit (NULL
-- where nothing was measured) and the shares of good, needs-improvement and poor measurements, 0 to 1. Percentiles of rows cannot be
-- averaged: for anything coarser than a minute merge the states of rum_vitals_1m.
CREATE VIEW IF NOT EXISTS rum_vitals ON CLUSTER 'rum_cluster' AS
SELECT
    minute, site_id, page_group, country, device_type, cdn_pop, ab_variant, is_bot, events, page_views,

    lcp_good + lcp_needs_improvement + lcp_poor AS lcp_count,
    if(lcp_count = 0, NULL, lcp_q[1]) AS lcp_p50_ms,
    if(lcp_count = 0, NULL, lcp_q[2]) AS lcp_p75_ms,
    if(lcp_count = 0, NULL, lcp_q[3]) AS lcp_p95_ms,
    if(lcp_count = 0, NULL, lcp_good / lcp_count) AS lcp_good_share,
    if(lcp_count = 0, NULL, lcp_needs_improvement / lcp_count) AS lcp_needs_improvement_share,
    if(lcp_count = 0, NULL, lcp_poor / lcp_count) AS lcp_poor_share,

    inp_good + inp_needs_improvement + inp_poor AS inp_count,
    if(inp_count = 0, NULL, inp_q[1]) AS inp_p50_ms,
    if(inp_count = 0, NULL, inp_q[2]) AS inp_p75_ms,
    if(inp_count = 0, NULL, inp_q[3]) AS inp_p95_ms,
    if(inp_count = 0, NULL, inp_good / inp_count) AS inp_good_share,
    if(inp_count = 0, NULL, inp_needs_improvement / inp_count) AS inp_needs_improvement_share,
    if(inp_count = 0, NULL, inp_poor / inp_count) AS inp_poor_share,

    cls_good + cls_needs_improvement + cls_poor AS cls_count,
    if(cls_count = 0, NULL, cls_q[1]) AS cls_p50,
    if(cls_count = 0, NULL, cls_q[2]) AS cls_p75,
    if(cls_count = 0, NULL, cls_q[3]) AS cls_p95,
    if(cls_count = 0, NULL, cls_good / cls_count) AS cls_good_share,
    if(cls_count = 0, NULL, cls_needs_improvement / cls_count) AS cls_needs_improvement_share,
    if(cls_count = 0, NULL, cls_poor / cls_count) AS cls_poor_share,

    fcp_good + fcp_needs_improvement + fcp_poor AS fcp_count,
    if(fcp_count = 0, NULL, fcp_q[1]) AS fcp_p50_ms,
    if(fcp_count = 0, NULL, fcp_q[2]) AS fcp_p75_ms,
    if(fcp_count = 0, NULL, fcp_q[3]) AS fcp_p95_ms,
    if(fcp_count = 0, NULL, fcp_good / fcp_count) AS fcp_good_share,
    if(fcp_count = 0, NULL, fcp_needs_improvement / fcp_count) AS fcp_needs_improvement_share,
    if(fcp_count = 0, NULL, fcp_poor / fcp_count) AS fcp_poor_share,

    ttfb_good + ttfb_needs_improvement + ttfb_poor AS ttfb_count,
    if(ttfb_count = 0, NULL, ttfb_q[1]) AS ttfb_p50_ms,
    if(ttfb_count = 0, NULL, ttfb_q[2]) AS ttfb_p75_ms,
    if(ttfb_count = 0, NULL, ttfb_q[3]) AS ttfb_p95_ms,
    if(ttfb_count = 0, NULL, ttfb_good / ttfb_count) AS ttfb_good_share,
    if(ttfb_count = 0, NULL, ttfb_needs_improvement / ttfb_count) AS ttfb_needs_improvement_share,
    if(ttfb_count = 0, NULL, ttfb_poor / ttfb_count) AS ttfb_poor_share
FROM
(
    SELECT
        minute, site_id, page_group, country, device_type, cdn_pop, ab_variant, is_bot,
        sum(v.events) AS events,
        sum(v.page_views) AS page_views,
        quantilesTDigestMerge(0.5, 0.75, 0.95)(v.lcp_ms_quantiles) AS lcp_q,
        sum(v.lcp_good) AS lcp_good,
        sum(v.lcp_needs_improvement) AS lcp_needs_improvement,
        sum(v.lcp_poor) AS lcp_poor,
        quantilesTDigestMerge(0.5, 0.75, 0.95)(v.inp_ms_quantiles) AS inp_q,
        sum(v.inp_good) AS inp_good,
        sum(v.inp_needs_improvement) AS inp_needs_improvement,
        sum(v.inp_poor) AS inp_poor,
        quantilesTDigestMerge(0.5, 0.75, 0.95)(v.cls_quantiles) AS cls_q,
        sum(v.cls_good) AS cls_good,
        sum(v.cls_needs_improvement) AS cls_needs_improvement,
        sum(v.cls_poor) AS cls_poor,
        quantilesTDigestMerge(0.5, 0.75, 0.95)(v.fcp_ms_quantiles) AS fcp_q,
        sum(v.fcp_good) AS fcp_good,
        sum(v.fcp_needs_improvement) AS fcp_needs_improvement,
        sum(v.fcp_poor) AS fcp_poor,
        quantilesTDigestMerge(0.5, 0.75, 0.95)(v.ttfb_ms_quantiles) AS ttfb_q,
        sum(v.ttfb_good) AS ttfb_good,
        sum(v.ttfb_needs_improvement) AS ttfb_needs_improvement,
        sum(v.ttfb_poor) AS ttfb_poor
    FROM rum_vitals_1m AS v
    GROUP BY minute, site_id, page_group, country, device_type, cdn_pop, ab_variant, is_bot
);
