package generate_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

var small = generate.Options{Seed: 7, Events: 3000, Objects: 120}

// The bytes belong to the seed. A change of the generator changes them, and then this sum with it; a change of the
// machine, the toolchain or the time of day must not.
func TestObjectsOfASeedAreAlwaysTheSame(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for o := range generate.Objects(small) {
		_, _ = io.WriteString(sum, o.Key+"\n")
		_, _ = sum.Write(o.Plain)
	}
	require.Equal(t, "19dd0bf2a374b82f9eda1c96d315ba5e6fe2d20f4066321d93fd20f1592b3fa2", hex.EncodeToString(sum.Sum(nil)))
}

func TestAnotherSeedIsOtherTraffic(t *testing.T) {
	t.Parallel()
	first := func(seed uint64) string {
		for o := range generate.Objects(generate.Options{Seed: seed, Events: 20, Objects: 5}) {
			return string(o.Plain)
		}
		return ""
	}
	require.NotEqual(t, first(1), first(2))
}

// A load that goes on is traffic of one seed after another, of the same hours: none of it overwrites another's objects.
func TestSeedsShareNoKeys(t *testing.T) {
	t.Parallel()
	keys := map[string]uint64{}
	for seed := range uint64(4) {
		for o := range generate.Objects(generate.Options{Seed: seed, Span: time.Hour, Events: 200, Objects: 100}) {
			other, there := keys[o.Key]
			require.False(t, there, "seeds %d and %d both make %s", other, seed, o.Key)
			keys[o.Key] = seed
		}
	}
}

func TestObjectsHoldWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	events, objects, keys := 0, 0, map[string]bool{}
	kinds := map[any]int{}
	for o := range generate.Objects(small) {
		objects++
		events += len(o.Records)
		kinds[o.Form]++
		kinds[o.Packing]++
		require.False(t, keys[o.Key], "two objects of the key %s", o.Key)
		keys[o.Key] = true
		require.True(t, strings.HasPrefix(o.Key, "rum/"))
		require.Equal(t, string(o.Plain), string(unpack(t, o.Body)), o.Key)
		rest, line := o.Plain, 1
		for _, r := range o.Records {
			before, after, found := bytes.Cut(rest, r.JSON)
			require.True(t, found, o.Key)
			line += bytes.Count(before, []byte("\n"))
			require.Equal(t, r.Line, line, o.Key)
			rest, line = after, line+bytes.Count(r.JSON, []byte("\n"))
		}
	}
	require.Equal(t, small.Events, events)
	require.Equal(t, small.Objects, objects)
	for _, kind := range []any{
		generate.NDJSON, generate.Array, generate.Single, generate.Plain, generate.Gzip, generate.GzipMembers, generate.Zstd,
	} {
		require.Positive(t, kinds[kind], "no object is %s", kind)
	}
	for _, awkward := range []string{" ", "+", "=", "&", "%", "ö"} {
		require.True(t, anyKey(keys, awkward), "no key has %q", awkward)
	}
}

// Every event is one that the pipeline takes, and the decoder finds exactly those that were put in.
func TestEveryEventIsAccepted(t *testing.T) {
	t.Parallel()
	block := rum.NewBlock()
	for o := range generate.Objects(small) {
		block.Reset()
		decoder := rum.NewDecoder(bytes.NewReader(o.Plain), o.Key)
		for {
			err := decoder.Next(block)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, o.Key)
		}
		require.Equal(t, len(o.Records), block.Len(), o.Key)
		require.Zero(t, decoder.ExtraCut())
	}
}

// The traffic has the traits that a pipeline has to cope with, in shares like those of real traffic.
func TestTrafficIsRealistic(t *testing.T) {
	t.Parallel()
	s := survey(t, small)
	n := float64(s.events)

	require.InDelta(t, 1100, float64(s.bytes)/n, 400, "bytes of an event")
	require.InDelta(t, 0.02, float64(s.count["bots"])/n, 0.015)
	require.InDelta(t, 0.39, float64(s.count["page_view"])/n, 0.06)
	require.InDelta(t, 0.31, float64(s.count["page_update"])/n, 0.06)
	for _, kind := range []string{"soft_nav", "xhr", "resource", "error", "report", "custom"} {
		require.Positive(t, s.count[kind], kind)
	}
	for _, zero := range []string{"zero cls", "zero inp_ms", "zero ttfb_ms of back-forward-cache", "zero dns_ms"} {
		require.Positive(t, s.count[zero], zero)
	}
	require.Positive(t, s.count["later than an hour"])
	require.Positive(t, s.count["without event_id"])
	require.Positive(t, s.count["beyond ASCII"])
	require.Greater(t, s.sites, 4)
	require.Greater(t, s.updated, 500, "page views of several beacons")
	require.Greater(t, s.meanLCP("IN"), 1.5*s.meanLCP("DE"), "slow countries are slow")
}

type traits struct {
	events, bytes, sites, updated int
	count                         map[string]int
	lcp                           map[string][]float64
}

func (s *traits) meanLCP(country string) float64 {
	var sum float64
	for _, v := range s.lcp[country] {
		sum += v
	}
	return sum / float64(len(s.lcp[country]))
}

func survey(t *testing.T, o generate.Options) traits {
	t.Helper()
	s := traits{count: map[string]int{}, lcp: map[string][]float64{}}
	sites, views := map[any]bool{}, map[any]bool{}
	for object := range generate.Objects(o) {
		for _, r := range object.Records {
			var e map[string]any
			require.NoError(t, json.Unmarshal(r.JSON, &e))
			s.events++
			s.bytes += len(r.JSON)
			sites[e["site_id"]] = true
			s.count[e["event_type"].(string)]++
			if e["event_type"] == "page_view" {
				views[e["page_view_id"]] = true
			} else if views[e["page_view_id"]] {
				s.updated++
			}
			s.look(t, e)
			if bytes.ContainsFunc(r.JSON, func(r rune) bool { return r > '~' }) {
				s.count["beyond ASCII"]++
			}
		}
	}
	s.sites = len(sites)
	return s
}

func (s *traits) look(t *testing.T, e map[string]any) {
	t.Helper()
	if e["is_bot"] == true {
		s.count["bots"]++
	}
	if e["event_id"] == nil {
		s.count["without event_id"]++
	}
	for _, field := range []string{"cls", "inp_ms", "dns_ms"} {
		if e[field] == 0.0 {
			s.count["zero "+field]++
		}
	}
	if e["nav_type"] == "back-forward-cache" && e["ttfb_ms"] == 0.0 {
		s.count["zero ttfb_ms of back-forward-cache"]++
	}
	if moment(t, e["received_ts"]).Sub(moment(t, e["event_ts"])) > time.Hour {
		s.count["later than an hour"]++
	}
	if e["event_type"] != "page_view" || e["lcp_ms"] == nil || e["fcp_ms"] == nil {
		return
	}
	lcp, fcp, ttfb := e["lcp_ms"].(float64), e["fcp_ms"].(float64), e["ttfb_ms"].(float64)
	require.LessOrEqual(t, ttfb, fcp)
	require.LessOrEqual(t, fcp, lcp)
	if country, ok := e["country"].(string); ok {
		s.lcp[country] = append(s.lcp[country], lcp)
	}
	if delay, ok := e["lcp_resource_load_delay_ms"].(float64); ok {
		parts := delay + e["lcp_resource_load_duration_ms"].(float64) + e["lcp_element_render_delay_ms"].(float64)
		require.InDelta(t, lcp, ttfb+parts, 0.001, "the parts of LCP")
	}
}

func moment(t *testing.T, v any) time.Time {
	t.Helper()
	if ms, ok := v.(float64); ok {
		return time.UnixMilli(int64(ms))
	}
	at, err := time.Parse(time.RFC3339, v.(string))
	require.NoError(t, err)
	return at
}

// unpack decompresses as a pipeline does: by the first bytes.
func unpack(t *testing.T, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch {
	case bytes.HasPrefix(body, []byte{0x1f, 0x8b}):
		unzipped, err := gzip.NewReader(r)
		require.NoError(t, err)
		r = unzipped
	case bytes.HasPrefix(body, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		decoder, err := zstd.NewReader(r)
		require.NoError(t, err)
		defer decoder.Close()
		r = decoder
	}
	plain, err := io.ReadAll(r)
	require.NoError(t, err)
	return plain
}

func anyKey(keys map[string]bool, has string) bool {
	for k := range keys {
		if strings.Contains(k, has) {
			return true
		}
	}
	return false
}
