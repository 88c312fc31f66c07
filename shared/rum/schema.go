// Package rum is the real-user-monitoring event: its schema, its decoding from what browsers and collectors send, and
// its validation.
//
// The schema is one table, in this file. Everything that stores or prints events (columns in memory, the ClickHouse
// insert, the Parquet schema, the JSON export) is driven by it, so a new field is a new row here and nowhere else.
package rum

// SchemaVersion is the newest schema_version that this package understands. Changes are additive; a change of a
// field's meaning raises it.
const SchemaVersion = 1

// The fields, in the order in which every destination lists them. Names follow web-vitals, W3C Navigation Timing
// Level 2, the Network Information API and OpenTelemetry where those have one; the unit is part of the name.
var fields = []Field{
	// Required.
	required(count16("schema_version", "version of this schema that the producer wrote")),
	required(Field{Name: "event_id", Kind: UUID, Doc: "unique per event; derived from the source object and line when the producer has none"}),
	required(category("event_type", "page_view, page_update, soft_nav, resource, xhr, error, report or custom")),
	required(category("site_id", "tenant or property")),
	required(Field{Name: "event_ts", Kind: Timestamp, Doc: "when it happened at the client, corrected for clock skew"}),
	required(Field{Name: "received_ts", Kind: Timestamp, Doc: "when the edge received it"}),
	required(text("page_view_id", "ties the rows of one page view together")),
	required(category("url_host", "host of the page")),
	required(url("url_path", "path of the page, without query and fragment")),
	required(category("sdk_name", "web-vitals, boomerang, faro …")),

	// Identity.
	text("session_id", "session of the visitor"),
	text("nav_id", "navigation within the page view"),
	count32("beacon_seq", "sequence number of the beacon within its page view"),
	category("sdk_version", "version of the SDK"),
	category("app_version", "version of the measured application"),
	{Name: "sample_rate", Kind: Float64, Min: smallest, Max: 1, Doc: "share of page views that the producer sends, in (0,1]"},

	// Page.
	category("page_group", "template or route of the page"),
	{Name: "url_query_keys", Kind: StringList, MaxChars: maxText, Doc: "keys of the query string, without values"},
	category("referrer_host", "host of the referrer"),
	category("nav_type", "navigate, reload, back-forward, back-forward-cache, prerender or restore"),
	category("visibility", "visibility state when the page loaded"),

	// Web vitals.
	timing("lcp_ms", "Largest Contentful Paint"),
	timing("inp_ms", "Interaction to Next Paint"),
	timing("fcp_ms", "First Contentful Paint"),
	timing("ttfb_ms", "Time to First Byte"),
	{Name: "cls", Kind: Float32, Max: maxCLS, Doc: "Cumulative Layout Shift, a unitless score"},

	// Attribution of the vitals.
	category("lcp_target", "selector of the LCP element"),
	url("lcp_url", "URL of the LCP resource"),
	timing("lcp_resource_load_delay_ms", "TTFB to the start of the LCP resource's load"),
	timing("lcp_resource_load_duration_ms", "load of the LCP resource"),
	timing("lcp_element_render_delay_ms", "end of the LCP resource's load to its paint"),
	category("inp_target", "selector of the element that was interacted with"),
	category("inp_type", "pointer or keyboard"),
	timing("inp_input_delay_ms", "interaction to its first handler"),
	timing("inp_processing_ms", "handlers of the interaction"),
	timing("inp_presentation_ms", "end of the handlers to the next paint"),
	category("cls_target", "selector of the element that shifted most"),

	// Navigation timing.
	timing("redirect_ms", "redirects"),
	timing("dns_ms", "domain lookup"),
	timing("tcp_ms", "connect, without TLS"),
	timing("tls_ms", "TLS handshake"),
	timing("request_ms", "request sent to first byte of the response"),
	timing("response_ms", "first to last byte of the response"),
	timing("dom_interactive_ms", "domInteractive since the navigation's start"),
	timing("dom_content_loaded_ms", "end of DOMContentLoaded since the navigation's start"),
	timing("load_ms", "end of the load event since the navigation's start"),
	count16("redirect_count", "redirects followed"),
	count64("transfer_bytes", "bytes on the wire, headers included"),
	count64("encoded_bytes", "body before decompression"),
	count64("decoded_bytes", "body after decompression"),
	count16("response_status", "HTTP status"),
	category("next_hop_protocol", "ALPN protocol: h2, h3 …"),

	// Client.
	category("ua_family", "browser"),
	count16("ua_major", "major version of the browser"),
	category("os_family", "operating system"),
	category("os_version", "version of the operating system"),
	category("device_type", "desktop, mobile, tablet …"),
	category("device_model", "model of the device"),
	category("net_effective_type", "slow-2g, 2g, 3g or 4g"),
	timing("net_rtt_ms", "estimated round trip"),
	number("net_downlink_mbps", "estimated bandwidth"),
	{Name: "save_data", Kind: Bool, Doc: "reduced data usage was asked for"},
	number("device_memory_gb", "memory of the device, as the browser rounds it"),
	count16("cpu_cores", "logical processors"),
	count32("viewport_width", "CSS pixels"),
	count32("viewport_height", "CSS pixels"),
	number("device_pixel_ratio", "device pixels per CSS pixel"),
	category("language", "BCP 47 tag"),

	// CDN edge.
	category("cdn_pop", "point of presence that served the page"),
	category("cdn_cache_status", "hit, miss …"),
	timing("cdn_edge_ms", "time at the edge"),
	timing("cdn_origin_ms", "time at the origin"),
	text("cdn_request_id", "request at the edge"),
	timing("cdn_rtt_ms", "round trip that the edge measured"),
	count8("ip_version", "4 or 6"),
	category("country", "ISO 3166-1 alpha-2"),
	category("region", "ISO 3166-2 subdivision"),
	count32("asn", "autonomous system of the client"),
	category("ab_variant", "variant of the acceleration experiment"),
	category("accel_config_id", "configuration of the acceleration engine"),

	// Errors and reports.
	category("error_type", "class of the error"),
	text("error_message", "message of the error"),
	text("error_stack_hash", "hash of the stack"),
	category("nel_phase", "dns, connection or application (Network Error Logging)"),
	category("nel_type", "type of the network error"),
	timing("nel_elapsed_ms", "start of the request to its failure"),

	{Name: "is_bot", Kind: Bool, Doc: "traffic of a bot"},
	category("bot_reason", "why it counts as a bot"),
	{Name: "clock_skew_ms", Kind: Float64, Min: -unbounded, Max: unbounded, Doc: "client clock minus edge clock, already taken out of event_ts"},
	{Name: "extra", Kind: StringMap, MaxChars: maxText, Doc: "every field that this schema does not know, as text"},
}
