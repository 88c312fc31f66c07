-- +goose NO TRANSACTION
-- +goose Up

-- One row an event, as the browsers sent it. The readers, and what serves them:
--
-- * Dashboards and analysts ask for one site and one type of event over some hours or days, often for one page. So the
--   key begins with site_id and event_type (few values each), then the hour (at most 24 in a partition, so that it
--   prunes without spoiling what comes behind it), then the path, then the exact time. An hour of a site is one
--   contiguous read, a page within a day at most 24 short ones, and neighbours resemble each other, which is what
--   columns compress by.
-- * Support asks for one page view. Its rows lie together only within an hour and a path, hence the bloom filter.
-- * The writer asks which chunks of a batch are there when it adopts one: hence batch_id, batch_chunk and a filter.
--
-- Partitions are days of the event's time, which is what every query bounds; expired days are dropped as whole parts.
-- An insert may touch many days (late beacons, backfills): the writer lifts max_partitions_per_insert_block for itself.
--
-- The deduplication window is the number of the newest inserts (per day that they touch) whose tokens the table
-- remembers: 100,000 are many hours of full load for some 20 MB of the server's memory. The two replicated_ settings
-- are the same for replicated and shared tables, where a token costs more and its age counts too (14 days, the
-- longest that a queue keeps a message).
--
-- inserted_at is filled by the server. It does not disturb deduplication, which compares tokens and not rows.
--
-- Absent is NULL and zero is zero. Only lists and maps have no NULL: absent, they are empty.
CREATE TABLE IF NOT EXISTS rum_events
(
    batch_id                     LowCardinality(String)              COMMENT 'batch of source objects that the row was delivered in' CODEC(ZSTD(1)),
    batch_chunk                  UInt32                              COMMENT 'chunk of the batch, from 0' CODEC(ZSTD(1)),
    schema_version               UInt16                              COMMENT 'version of this schema that the producer wrote' CODEC(ZSTD(1)),
    event_id                     UUID                                COMMENT 'unique per event; derived from the source object and line when the producer has none',
    event_type                   LowCardinality(String)              COMMENT 'page_view, page_update, soft_nav, resource, xhr, error, report or custom' CODEC(ZSTD(1)),
    site_id                      LowCardinality(String)              COMMENT 'tenant or property' CODEC(ZSTD(1)),
    event_ts                     DateTime64(3, 'UTC')                COMMENT 'when it happened at the client, corrected for clock skew' CODEC(Delta, ZSTD(1)),
    received_ts                  DateTime64(3, 'UTC')                COMMENT 'when the edge received it' CODEC(Delta, ZSTD(1)),
    page_view_id                 String                              COMMENT 'ties the rows of one page view together' CODEC(ZSTD(1)),
    url_host                     LowCardinality(String)              COMMENT 'host of the page' CODEC(ZSTD(1)),
    url_path                     String                              COMMENT 'path of the page, without query and fragment' CODEC(ZSTD(1)),
    sdk_name                     LowCardinality(String)              COMMENT 'web-vitals, boomerang, faro …' CODEC(ZSTD(1)),
    session_id                   Nullable(String)                    COMMENT 'session of the visitor' CODEC(ZSTD(1)),
    nav_id                       Nullable(String)                    COMMENT 'navigation within the page view' CODEC(ZSTD(1)),
    beacon_seq                   Nullable(UInt32)                    COMMENT 'sequence number of the beacon within its page view' CODEC(ZSTD(1)),
    sdk_version                  LowCardinality(Nullable(String))    COMMENT 'version of the SDK' CODEC(ZSTD(1)),
    app_version                  LowCardinality(Nullable(String))    COMMENT 'version of the measured application' CODEC(ZSTD(1)),
    sample_rate                  Nullable(Float64)                   COMMENT 'share of page views that the producer sends, in (0,1]' CODEC(ZSTD(1)),
    page_group                   LowCardinality(Nullable(String))    COMMENT 'template or route of the page' CODEC(ZSTD(1)),
    url_query_keys               Array(String)                       COMMENT 'keys of the query string, without values' CODEC(ZSTD(1)),
    referrer_host                LowCardinality(Nullable(String))    COMMENT 'host of the referrer' CODEC(ZSTD(1)),
    nav_type                     LowCardinality(Nullable(String))    COMMENT 'navigate, reload, back-forward, back-forward-cache, prerender or restore' CODEC(ZSTD(1)),
    visibility                   LowCardinality(Nullable(String))    COMMENT 'visibility state when the page loaded' CODEC(ZSTD(1)),
    lcp_ms                       Nullable(Float64)                   COMMENT 'Largest Contentful Paint' CODEC(ZSTD(1)),
    inp_ms                       Nullable(Float64)                   COMMENT 'Interaction to Next Paint' CODEC(ZSTD(1)),
    fcp_ms                       Nullable(Float64)                   COMMENT 'First Contentful Paint' CODEC(ZSTD(1)),
    ttfb_ms                      Nullable(Float64)                   COMMENT 'Time to First Byte' CODEC(ZSTD(1)),
    cls                          Nullable(Float32)                   COMMENT 'Cumulative Layout Shift, a unitless score' CODEC(ZSTD(1)),
    lcp_target                   LowCardinality(Nullable(String))    COMMENT 'selector of the LCP element' CODEC(ZSTD(1)),
    lcp_url                      Nullable(String)                    COMMENT 'URL of the LCP resource' CODEC(ZSTD(1)),
    lcp_resource_load_delay_ms   Nullable(Float64)                   COMMENT 'TTFB to the start of the LCP resource''s load' CODEC(ZSTD(1)),
    lcp_resource_load_duration_ms Nullable(Float64)                   COMMENT 'load of the LCP resource' CODEC(ZSTD(1)),
    lcp_element_render_delay_ms  Nullable(Float64)                   COMMENT 'end of the LCP resource''s load to its paint' CODEC(ZSTD(1)),
    inp_target                   LowCardinality(Nullable(String))    COMMENT 'selector of the element that was interacted with' CODEC(ZSTD(1)),
    inp_type                     LowCardinality(Nullable(String))    COMMENT 'pointer or keyboard' CODEC(ZSTD(1)),
    inp_input_delay_ms           Nullable(Float64)                   COMMENT 'interaction to its first handler' CODEC(ZSTD(1)),
    inp_processing_ms            Nullable(Float64)                   COMMENT 'handlers of the interaction' CODEC(ZSTD(1)),
    inp_presentation_ms          Nullable(Float64)                   COMMENT 'end of the handlers to the next paint' CODEC(ZSTD(1)),
    cls_target                   LowCardinality(Nullable(String))    COMMENT 'selector of the element that shifted most' CODEC(ZSTD(1)),
    redirect_ms                  Nullable(Float64)                   COMMENT 'redirects' CODEC(ZSTD(1)),
    dns_ms                       Nullable(Float64)                   COMMENT 'domain lookup' CODEC(ZSTD(1)),
    tcp_ms                       Nullable(Float64)                   COMMENT 'connect, without TLS' CODEC(ZSTD(1)),
    tls_ms                       Nullable(Float64)                   COMMENT 'TLS handshake' CODEC(ZSTD(1)),
    request_ms                   Nullable(Float64)                   COMMENT 'request sent to first byte of the response' CODEC(ZSTD(1)),
    response_ms                  Nullable(Float64)                   COMMENT 'first to last byte of the response' CODEC(ZSTD(1)),
    dom_interactive_ms           Nullable(Float64)                   COMMENT 'domInteractive since the navigation''s start' CODEC(ZSTD(1)),
    dom_content_loaded_ms        Nullable(Float64)                   COMMENT 'end of DOMContentLoaded since the navigation''s start' CODEC(ZSTD(1)),
    load_ms                      Nullable(Float64)                   COMMENT 'end of the load event since the navigation''s start' CODEC(ZSTD(1)),
    redirect_count               Nullable(UInt16)                    COMMENT 'redirects followed' CODEC(ZSTD(1)),
    transfer_bytes               Nullable(UInt64)                    COMMENT 'bytes on the wire, headers included' CODEC(ZSTD(1)),
    encoded_bytes                Nullable(UInt64)                    COMMENT 'body before decompression' CODEC(ZSTD(1)),
    decoded_bytes                Nullable(UInt64)                    COMMENT 'body after decompression' CODEC(ZSTD(1)),
    response_status              Nullable(UInt16)                    COMMENT 'HTTP status' CODEC(ZSTD(1)),
    next_hop_protocol            LowCardinality(Nullable(String))    COMMENT 'ALPN protocol: h2, h3 …' CODEC(ZSTD(1)),
    ua_family                    LowCardinality(Nullable(String))    COMMENT 'browser' CODEC(ZSTD(1)),
    ua_major                     Nullable(UInt16)                    COMMENT 'major version of the browser' CODEC(ZSTD(1)),
    os_family                    LowCardinality(Nullable(String))    COMMENT 'operating system' CODEC(ZSTD(1)),
    os_version                   LowCardinality(Nullable(String))    COMMENT 'version of the operating system' CODEC(ZSTD(1)),
    device_type                  LowCardinality(Nullable(String))    COMMENT 'desktop, mobile, tablet …' CODEC(ZSTD(1)),
    device_model                 LowCardinality(Nullable(String))    COMMENT 'model of the device' CODEC(ZSTD(1)),
    net_effective_type           LowCardinality(Nullable(String))    COMMENT 'slow-2g, 2g, 3g or 4g' CODEC(ZSTD(1)),
    net_rtt_ms                   Nullable(Float64)                   COMMENT 'estimated round trip' CODEC(ZSTD(1)),
    net_downlink_mbps            Nullable(Float64)                   COMMENT 'estimated bandwidth' CODEC(ZSTD(1)),
    save_data                    Nullable(Bool)                      COMMENT 'reduced data usage was asked for' CODEC(ZSTD(1)),
    device_memory_gb             Nullable(Float64)                   COMMENT 'memory of the device, as the browser rounds it' CODEC(ZSTD(1)),
    cpu_cores                    Nullable(UInt16)                    COMMENT 'logical processors' CODEC(ZSTD(1)),
    viewport_width               Nullable(UInt32)                    COMMENT 'CSS pixels' CODEC(ZSTD(1)),
    viewport_height              Nullable(UInt32)                    COMMENT 'CSS pixels' CODEC(ZSTD(1)),
    device_pixel_ratio           Nullable(Float64)                   COMMENT 'device pixels per CSS pixel' CODEC(ZSTD(1)),
    language                     LowCardinality(Nullable(String))    COMMENT 'BCP 47 tag' CODEC(ZSTD(1)),
    cdn_pop                      LowCardinality(Nullable(String))    COMMENT 'point of presence that served the page' CODEC(ZSTD(1)),
    cdn_cache_status             LowCardinality(Nullable(String))    COMMENT 'hit, miss …' CODEC(ZSTD(1)),
    cdn_edge_ms                  Nullable(Float64)                   COMMENT 'time at the edge' CODEC(ZSTD(1)),
    cdn_origin_ms                Nullable(Float64)                   COMMENT 'time at the origin' CODEC(ZSTD(1)),
    cdn_request_id               Nullable(String)                    COMMENT 'request at the edge' CODEC(ZSTD(1)),
    cdn_rtt_ms                   Nullable(Float64)                   COMMENT 'round trip that the edge measured' CODEC(ZSTD(1)),
    ip_version                   Nullable(UInt8)                     COMMENT '4 or 6' CODEC(ZSTD(1)),
    country                      LowCardinality(Nullable(String))    COMMENT 'ISO 3166-1 alpha-2' CODEC(ZSTD(1)),
    region                       LowCardinality(Nullable(String))    COMMENT 'ISO 3166-2 subdivision' CODEC(ZSTD(1)),
    asn                          Nullable(UInt32)                    COMMENT 'autonomous system of the client' CODEC(ZSTD(1)),
    ab_variant                   LowCardinality(Nullable(String))    COMMENT 'variant of the acceleration experiment' CODEC(ZSTD(1)),
    accel_config_id              LowCardinality(Nullable(String))    COMMENT 'configuration of the acceleration engine' CODEC(ZSTD(1)),
    error_type                   LowCardinality(Nullable(String))    COMMENT 'class of the error' CODEC(ZSTD(1)),
    error_message                Nullable(String)                    COMMENT 'message of the error' CODEC(ZSTD(1)),
    error_stack_hash             Nullable(String)                    COMMENT 'hash of the stack' CODEC(ZSTD(1)),
    nel_phase                    LowCardinality(Nullable(String))    COMMENT 'dns, connection or application (Network Error Logging)' CODEC(ZSTD(1)),
    nel_type                     LowCardinality(Nullable(String))    COMMENT 'type of the network error' CODEC(ZSTD(1)),
    nel_elapsed_ms               Nullable(Float64)                   COMMENT 'start of the request to its failure' CODEC(ZSTD(1)),
    is_bot                       Nullable(Bool)                      COMMENT 'traffic of a bot' CODEC(ZSTD(1)),
    bot_reason                   LowCardinality(Nullable(String))    COMMENT 'why it counts as a bot' CODEC(ZSTD(1)),
    clock_skew_ms                Nullable(Float64)                   COMMENT 'client clock minus edge clock, already taken out of event_ts' CODEC(ZSTD(1)),
    extra                        Map(LowCardinality(String), String) COMMENT 'every field that this schema does not know, as text' CODEC(ZSTD(1)),
    inserted_at                  DateTime('UTC') DEFAULT now()       COMMENT 'when the server took the row' CODEC(Delta, ZSTD(1)),

    INDEX page_view_id_bloom page_view_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX batch_id_bloom     batch_id     TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(event_ts)
PRIMARY KEY (site_id, event_type, toStartOfHour(event_ts), url_path)
ORDER BY (site_id, event_type, toStartOfHour(event_ts), url_path, event_ts)
TTL toDateTime(event_ts) + INTERVAL 90 DAY
SETTINGS
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 100000,
    replicated_deduplication_window = 10000,
    replicated_deduplication_window_seconds = 1209600
COMMENT 'Real user monitoring: one row an event; rows of one page view share page_view_id';
