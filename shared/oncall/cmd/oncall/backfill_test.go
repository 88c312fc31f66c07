package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/landing"
)

func pointers(t *testing.T, bodies []string) (all []landing.Pointer) {
	t.Helper()
	for _, body := range bodies {
		some, _, err := landing.ParseNotification(body)
		require.NoError(t, err)
		require.Len(t, some, 1, "one record a message")
		all = append(all, some...)
	}
	return all
}

// TestBackfillHasS3sIdentity: what S3 itself has announced is not delivered again.
func TestBackfillHasS3sIdentity(t *testing.T) {
	a := newAccount(t, "dev")
	a.versioned()
	a.put("rum/a b+ü/%2F&\"x", "old")
	put := a.put("rum/a b+ü/%2F&\"x", "new")
	a.put("other/b", "x")
	out, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-rate", "0", "-json")
	require.Equal(t, 0, code, a.notes.String())
	b := decode[backfilled](t, out)
	require.EqualValues(t, 1, b.Messages)
	require.EqualValues(t, 3, b.Bytes)
	bodies := a.queues.bodies(a.Destinations["json"].QueueURL)
	require.NotContains(t, strings.Join(bodies, ""), "rumline\":")
	announced := landing.Pointer{Bucket: "raw-bucket", Key: "rum/a b+ü/%2F&\"x", VersionID: *put.VersionId, ETag: strings.Trim(*put.ETag, `"`), Size: 3}
	require.Equal(t, []landing.Pointer{announced}, pointers(t, bodies))
	require.Empty(t, a.queues.all[a.Destinations["clickhouse"].QueueURL], "nobody else's")
}

func TestForcedBackfill(t *testing.T) {
	a := newAccount(t, "dev")
	a.versioned()
	a.put("rum/a", "x")
	_, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-force", "-yes", "-name", "rebuild-7")
	require.Equal(t, 0, code)
	require.Contains(t, a.notes.String(), "json must have nothing of these objects, or it holds their events twice")
	out, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-force", "-yes", "-json")
	require.Equal(t, 0, code)
	require.Equal(t, "backfill-20261123T210030Z", decode[backfilled](t, out).Generation)
	all := pointers(t, a.queues.bodies(a.Destinations["json"].QueueURL))
	require.Equal(t, "rebuild-7", all[0].Generation)
	require.Equal(t, "backfill-20261123T210030Z", all[1].Generation)
}

func TestUnversionedObjects(t *testing.T) {
	a := newAccount(t, "dev")
	a.put("rum/old", "x")
	out, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-json")
	require.Equal(t, 0, code)
	b := decode[backfilled](t, out)
	require.Zero(t, b.Messages)
	require.EqualValues(t, 1, b.Skipped)
	require.Contains(t, a.notes.String(), "1 objects have no version and are left out")
	out, _ = a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-json", "-force", "-yes")
	require.EqualValues(t, 1, decode[backfilled](t, out).Messages)
	require.Empty(t, pointers(t, a.queues.bodies(a.Destinations["json"].QueueURL))[0].VersionID)
}

func many(t *testing.T, n int) *account {
	a := newAccount(t, "dev")
	a.versioned()
	for i := range n {
		a.put(fmt.Sprintf("rum/%03d", i), "x")
	}
	return a
}

func TestBackfillResumes(t *testing.T) {
	a := many(t, 100)
	queue := a.Destinations["json"].QueueURL
	out, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-max", "30", "-rate", "0")
	require.Equal(t, 0, code)
	require.Contains(t, out, "go on with: -after 'rum/029'")
	require.Len(t, a.queues.all[queue], 30)

	// The second wave of 80 fails.
	a.queues.sent, a.queues.refuse = 0, 81
	_, code = a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-rate", "0")
	require.Equal(t, 1, code)
	require.Contains(t, a.notes.String(), "80 messages were sent. Go on with -after 'rum/079'")
	a.queues.refuse = 0
	out, code = a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-rate", "0", "-after", "rum/079")
	require.Equal(t, 0, code)
	require.NotContains(t, out, "go on with")
	keys := map[string]bool{}
	for _, p := range pointers(t, a.queues.bodies(queue)) {
		keys[p.Key] = true
	}
	require.Len(t, keys, 100)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := a.run(ctx, "backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/")
	require.Error(t, err)
}

func TestBackfillSendsAgainWhatWasThrottled(t *testing.T) {
	a := many(t, 5)
	a.queues.throttle = true
	_, code := a.oncall("backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/")
	require.Equal(t, 0, code, a.notes.String())
	require.Len(t, pointers(t, a.queues.bodies(a.Destinations["json"].QueueURL)), 5)
}

func TestBackfillChooses(t *testing.T) {
	a := many(t, 2)
	for name, test := range map[string]struct {
		args []string
		want int64
	}{
		"since before": {[]string{"-since", "2000-01-01"}, 2},
		"since after":  {[]string{"-since", "2999-01-01T00:00"}, 0},
		"until before": {[]string{"-until", "2000-01-01T00:00:00+01:00"}, 0},
		"prefix":       {[]string{"-prefix", "rum/001"}, 1},
		"after":        {[]string{"-after", "rum/000"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := a.oncall(append([]string{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-dry-run", "-json"}, test.args...)...)
			require.Equal(t, 0, code)
			b := decode[backfilled](t, out)
			require.Equal(t, test.want, b.Objects)
			require.Zero(t, b.Messages)
		})
	}
}

func TestMoments(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-23": time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), "90m": now.Add(-90 * time.Minute),
		"2026-11-23T21:00:00+01:00": time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC),
	} {
		m := moment{now: func() time.Time { return now }}
		require.NoError(t, m.Set(text))
		require.Equal(t, want, m.Time)
	}
	require.Error(t, (&moment{now: time.Now}).Set("-1h"))
}
