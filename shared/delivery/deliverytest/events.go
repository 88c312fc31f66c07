package deliverytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// source makes events, no two of them alike.
type source struct{ made int }

// midnight is 2026-11-24 00:00:00 UTC, in milliseconds. Events lie before and after it in turns, so that every chunk is
// of two hours, two days and two partitions.
const midnight = int64(1795478400000)

// line is the JSON of a new event, with its newline.
func (s *source) line() string {
	n := s.made
	s.made++
	ts := midnight + int64(n%1000)
	if n%2 == 0 {
		ts = midnight - 1 - int64(n%1000)
	}
	return fmt.Sprintf(`{"schema_version":1,"event_id":"0191d5a4-7c1e-7c3a-9d7e-%012x","event_type":"page_view","site_id":"shop",`+
		`"event_ts":%d,"received_ts":%d,"page_view_id":"pv-%d","url_host":"www.shop.test","url_path":"/p/%d","sdk_name":"web-vitals",`+
		`"country":%q,"lcp_ms":%d.5,"build":"b%d"}`+"\n", n, ts, ts+250, n, n%7, []string{"DE", "FR"}[n%2], 1000+n%3000, n%3)
}

func (s *source) lines(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(s.line())
	}
	return b.String()
}

func decode(tb testing.TB, text string) *rum.Block {
	tb.Helper()
	b, refused, err := rumtest.Decode(strings.NewReader(text), "s3://raw/deliverytest")
	require.NoError(tb, err)
	require.Empty(tb, refused)
	return b
}

// compare says what is lost, there twice, or not what was sent.
func compare(sent, got []rumtest.Row) error {
	left := make(map[string]int)
	for _, r := range sent {
		left[text(r)]++
	}
	var strange []string
	for _, r := range got {
		t := text(r)
		if _, known := left[t]; !known {
			strange = append(strange, t)
			continue
		}
		left[t]--
	}
	lost, twice := 0, 0
	example := ""
	for t, n := range left {
		if n > 0 {
			lost += n
			example = t
		}
		if n < 0 {
			twice -= n
			example = t
		}
	}
	slices.Sort(strange)
	switch {
	case len(strange) > 0:
		return fmt.Errorf("%w: %d events that nobody sent, such as %s (%d lost, %d too many)", errWrong, len(strange), strange[0], lost, twice)
	case lost+twice > 0:
		return fmt.Errorf("%w: of %d events %d are lost and %d too many, such as %s", errWrong, len(sent), lost, twice, example)
	default:
		return nil
	}
}

// errWrong is what a suite is for.
var errWrong = errors.New("not every event is there exactly once")

// text is a row as JSON. An empty list is nothing: not every storage tells them apart.
func text(r rumtest.Row) string {
	kept := make(rumtest.Row, len(r))
	for k, v := range r {
		if l, ok := v.([]string); !ok || len(l) > 0 {
			kept[k] = v
		}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		panic(err) // a row is made of plain values
	}
	return string(b)
}
