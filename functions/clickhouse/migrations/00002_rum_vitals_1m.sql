-- +goose NO TRANSACTION
-- +goose Up

-- The web vitals a minute, kept longer than the events: for each combination of the dimensions a mergeable digest of
-- every vital, and how many of its values were good, needed improvement or were poor. A digest of t-digest states
-- merges over any dimensions and any span of time, which finished percentiles do not.
--
-- Thresholds are those of web.dev/articles/vitals and of the library web-vitals (its *Thresholds constants): up to the
-- first is good, above the second is poor. LCP 2500/4000 ms, INP 200/500 ms, CLS 0.1/0.25, FCP 1800/3000 ms,
-- TTFB 800/1800 ms.
--
-- It counts measurements, not page views: a page view whose INP or CLS grew from one beacon to the next counts with
-- each of them. Bots are kept, told apart by is_bot. A dimension that an event lacks is the empty string here, because
-- NULL has no place in a sorting key.
CREATE TABLE IF NOT EXISTS {{.Local `rum_vitals_1m`}}{{.OnCluster}}
(
    minute      DateTime('UTC') CODEC(Delta, ZSTD(1)),
    site_id     LowCardinality(String),
    page_group  LowCardinality(String),
    country     LowCardinality(String),
    device_type LowCardinality(String),
    cdn_pop     LowCardinality(String),
    ab_variant  LowCardinality(String),
    is_bot      Bool,

    events      SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    page_views  SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    lcp_ms_quantiles       AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float64)) CODEC(ZSTD(1)),
    lcp_good               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    lcp_needs_improvement  SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    lcp_poor               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    inp_ms_quantiles       AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float64)) CODEC(ZSTD(1)),
    inp_good               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    inp_needs_improvement  SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    inp_poor               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    cls_quantiles          AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float32)) CODEC(ZSTD(1)),
    cls_good               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    cls_needs_improvement  SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    cls_poor               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    fcp_ms_quantiles       AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float64)) CODEC(ZSTD(1)),
    fcp_good               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    fcp_needs_improvement  SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    fcp_poor               SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    ttfb_ms_quantiles      AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float64)) CODEC(ZSTD(1)),
    ttfb_good              SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    ttfb_needs_improvement SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    ttfb_poor              SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),

    inserts                SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1))
)
ENGINE = {{.Engine `AggregatingMergeTree`}}
PARTITION BY toYYYYMM(minute)
ORDER BY (site_id, is_bot, toStartOfHour(minute), page_group, country, device_type, cdn_pop, ab_variant, minute)
TTL minute + INTERVAL 400 DAY
SETTINGS
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 100000,
    replicated_deduplication_window = 10000,
    replicated_deduplication_window_seconds = 1209600
COMMENT 'Web vitals a minute and dimension as mergeable states; read it through rum_vitals or with -Merge functions'{{.Distributed `rum_vitals_1m` ``}};

-- The writer inserts with deduplicate_blocks_in_dependent_materialized_views, so a repeated insert is not counted again,
-- and one that reached the events but not the rollup is made good, as long as the tables remember its token.
--
-- For later than that, one row of every insert says in the column inserts which insert it was of, as
-- <batch_id>/<batch_chunk>/<day>: the writer puts one chunk's events of one day into an insert, so an insert is one part
-- of one partition here, and that part has the counts and the word for them, or neither.
CREATE MATERIALIZED VIEW IF NOT EXISTS rum_vitals_1m_mv{{.OnCluster}} TO {{.Local `rum_vitals_1m`}} AS
SELECT
    * EXCEPT (insert),
    if(rowNumberInAllBlocks() = 0, [insert], []) AS inserts
FROM
(
    SELECT
        toStartOfMinute(toDateTime(e.event_ts, 'UTC')) AS minute,
        e.site_id AS site_id,
        ifNull(e.page_group, '') AS page_group,
        ifNull(e.country, '') AS country,
        ifNull(e.device_type, '') AS device_type,
        ifNull(e.cdn_pop, '') AS cdn_pop,
        ifNull(e.ab_variant, '') AS ab_variant,
        ifNull(e.is_bot, false) AS is_bot,

        count() AS events,
        countIf(e.event_type = 'page_view') AS page_views,

        quantilesTDigestState(0.5, 0.75, 0.95)(e.lcp_ms) AS lcp_ms_quantiles,
        countIf(e.lcp_ms <= 2500) AS lcp_good,
        countIf(e.lcp_ms > 2500 AND e.lcp_ms <= 4000) AS lcp_needs_improvement,
        countIf(e.lcp_ms > 4000) AS lcp_poor,

        quantilesTDigestState(0.5, 0.75, 0.95)(e.inp_ms) AS inp_ms_quantiles,
        countIf(e.inp_ms <= 200) AS inp_good,
        countIf(e.inp_ms > 200 AND e.inp_ms <= 500) AS inp_needs_improvement,
        countIf(e.inp_ms > 500) AS inp_poor,

        quantilesTDigestState(0.5, 0.75, 0.95)(e.cls) AS cls_quantiles,
        countIf(e.cls <= toFloat32(0.1)) AS cls_good,
        countIf(e.cls > toFloat32(0.1) AND e.cls <= toFloat32(0.25)) AS cls_needs_improvement,
        countIf(e.cls > toFloat32(0.25)) AS cls_poor,

        quantilesTDigestState(0.5, 0.75, 0.95)(e.fcp_ms) AS fcp_ms_quantiles,
        countIf(e.fcp_ms <= 1800) AS fcp_good,
        countIf(e.fcp_ms > 1800 AND e.fcp_ms <= 3000) AS fcp_needs_improvement,
        countIf(e.fcp_ms > 3000) AS fcp_poor,

        quantilesTDigestState(0.5, 0.75, 0.95)(e.ttfb_ms) AS ttfb_ms_quantiles,
        countIf(e.ttfb_ms <= 800) AS ttfb_good,
        countIf(e.ttfb_ms > 800 AND e.ttfb_ms <= 1800) AS ttfb_needs_improvement,
        countIf(e.ttfb_ms > 1800) AS ttfb_poor,

        concat(any(e.batch_id), '/', toString(any(e.batch_chunk)), '/', toString(toYYYYMMDD(any(e.event_ts)))) AS insert
    FROM {{.Local `rum_events`}} AS e
    GROUP BY minute, site_id, page_group, country, device_type, cdn_pop, ab_variant, is_bot
);
