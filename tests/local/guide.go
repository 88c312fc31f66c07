package local

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Guide tells a person how to use the stack: its endpoints, and commands to try.
func (s *Stack) Guide(d *Deployment) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("")
	line("The pipeline is up. AWS is at %s, ClickHouse (%s) at %s", s.AWS.URL(), s.ClickHouse.Kind(), s.ClickHouse.DSN())
	line("")
	line("  export AWS_ENDPOINT_URL=%s AWS_REGION=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s", s.AWS.URL(), Region, TestKey, TestKey)
	line("")
	line("Put a file of your own, or the real beacons that come with the project:")
	line("  aws s3 cp tests/testdata/chromium-beacons.ndjson s3://%s/%smine.ndjson", d.RawBucket, d.RawPrefix)
	line("and look at what arrives:")
	if dsn, err := url.Parse(s.ClickHouse.DSN()); err == nil && strings.HasPrefix(dsn.Scheme, "http") {
		line("  curl '%s://%s/?query=SELECT+url_path,count(),quantile(0.75)(lcp_ms)+FROM+rum_events+GROUP+BY+1'", dsn.Scheme, dsn.Host)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Outputs)) {
		line("  aws s3 ls --recursive s3://%s/%s", d.Outputs[name].Bucket, d.Outputs[name].Prefix)
	}
	line("")
	line("Ctrl-C ends it and removes everything.")
	return b.String()
}
