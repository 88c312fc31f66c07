package report

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
)

// Markdown is the page for people.
func (r Results) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\n%s\n\n## Targets\n\n%s", r.how(), r.targets())
	b.WriteString("\n## The same job, done by others\n\nProcessor time of all threads; the ratio is the median over the rounds.\n")
	for _, c := range r.Comparisons {
		fmt.Fprintf(&b, "\n### %s\n\n| | events/s of one core | processor time | bytes an event |\n|---|---:|---:|---:|\n", c.Job)
		for _, one := range c.Contenders {
			fmt.Fprintf(&b, "| %s | %s | %.2f× | %s |\n", one.Name, thousands(one.EventsPerSecond), one.Slower, r.perEvent(one))
		}
	}
	b.WriteString("\n## By the size of objects and batches\n\nS3 answers after 20 ms, DynamoDB after 5.\n\n" +
		"| function | events an object | objects a batch | events/s | events/s of one core | S3 requests | DynamoDB requests | DynamoDB units | peak RSS |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, p := range r.Scaling {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.0f | %.0f | %.0f | %d MiB |\n", p.Function, humanize.Comma(int64(p.EventsPerObject)),
			humanize.Comma(int64(p.Objects)), thousands(p.EventsPerSecond), thousands(p.PerCPUSecond), p.S3Requests, p.DynamoDBRequests, p.DynamoDBUnits, p.PeakRSS>>20)
	}
	b.WriteString("\nRequests and units are those of 1,000 objects.\n\n## The binaries\n\n" +
		"| function | cold start | zip | peak RSS, one large object | after more of them |\n|---|---:|---:|---:|---:|\n")
	for _, f := range r.Functions {
		fmt.Fprintf(&b, "| %s | %.0f ms | %.1f MB | %d MiB of %d MB | %d MiB |\n", f.Name, f.ColdMilliseconds, float64(f.ZipBytes)/1e6,
			f.PeakRSS>>20, f.LargeBytes/1_000_000, f.PeakRSSAgain>>20)
	}
	return b.String()
}

func (r Results) how() string {
	return fmt.Sprintf("Measured on %s, %s, by `go tool task bench`: the binaries that are deployed, on one core, with services in memory; "+
		"%s events, medians of %d rounds in which all took turns.", r.Date, r.Machine, humanize.Comma(int64(r.Events)), r.Rounds)
}

func (r Results) targets() string {
	var b strings.Builder
	b.WriteString("| | target | measured | |\n|---|---|---|---|\n")
	for _, t := range r.Targets {
		verdict := "met"
		if !t.Met {
			verdict = "**missed**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", t.What, t.Want, t.Got, verdict)
	}
	return b.String()
}

func (r Results) perEvent(c Contender) string {
	if c.Bytes == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(c.Bytes)/float64(r.Events))
}

// thousands rounds to what a noisy machine can tell.
func thousands(n float64) string {
	switch {
	case n >= 10_000:
		return humanize.Comma(int64(n/1000) * 1000)
	case n >= 1000:
		return humanize.Comma(int64(n/100) * 100)
	default:
		return fmt.Sprintf("%.0f", n)
	}
}
