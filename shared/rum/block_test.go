package rum_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// TestReadAtAnyTime: a block that is read between its events, and columns of which the first rows were read as absent,
// hold the same as one that is read at the end.
func TestReadAtAnyTime(t *testing.T) {
	t.Parallel()
	events := records(t, 300)
	b := rum.NewBlock()
	for round := range 2 { // the second one in the memory of the first
		b.Reset()
		var want []rumtest.Row
		var d rum.Decoder
		d.Reset(bytes.NewReader(bytes.Join(events, []byte("\n"))), "s")
		for i := 0; d.Next(b) == nil; i++ {
			if i%(7-4*round) == 0 {
				want = append(want[:i], rumtest.RowOf(b, i))
			} else {
				want = append(want, nil)
			}
		}
		for i, row := range rumtest.Rows(b) {
			if want[i] != nil {
				require.Equal(t, want[i], row, "row %d", i)
			}
		}
	}
}

func TestAbsent(t *testing.T) {
	t.Parallel()
	lcp, country := rum.Index("lcp_ms"), rum.Index("country")
	with, without := line(t, map[string]any{"lcp_ms": 12.5, "country": "DE"}), line(t, nil)
	b, _, err := rumtest.Decode(strings.NewReader(without+"\n"+without), "s")
	require.NoError(t, err)
	for i, f := range rum.Fields() {
		c := b.Column(i)
		require.Equal(t, !f.Required && f.Kind != rum.StringMap, c.Absent(), f.Name)
		require.Len(t, c.Valid, 2, f.Name)
	}
	require.Equal(t, []float64{0, 0}, b.Column(lcp).Floats)
	require.Equal(t, 2, b.Column(country).Strings.Len())

	require.NoError(t, rum.NewDecoder(strings.NewReader(with), "s").Next(b))
	require.False(t, b.Column(lcp).Absent())
	require.Equal(t, []bool{false, false, true}, b.Column(lcp).Valid)
	require.Equal(t, []float64{0, 0, 12.5}, b.Column(lcp).Floats)
	require.Equal(t, "DE", b.Column(country).Strings.At(2))

	b.Reset()
	require.NoError(t, rum.NewDecoder(strings.NewReader(without), "s").Next(b))
	require.True(t, b.Column(lcp).Absent())
	require.Equal(t, []bool{false}, b.Column(lcp).Valid)
	require.Equal(t, []float64{0}, b.Column(lcp).Floats)
}

func TestRawStrings(t *testing.T) {
	t.Parallel()
	b, _, err := rumtest.Decode(strings.NewReader(named(t, "one")+"\n"+named(t, "three")), "s")
	require.NoError(t, err)
	text, ends := b.Column(rum.Index("page_view_id")).Strings.Raw()
	require.Equal(t, "onethree", string(text))
	require.Equal(t, []uint32{3, 8}, ends)
}

// TestConcurrentReaders is for the race detector: the first reading of a block adds rows to its columns.
func TestConcurrentReaders(t *testing.T) {
	t.Parallel()
	b, _, err := rumtest.Decode(strings.NewReader(line(t, map[string]any{"lcp_ms": 1})+"\n"+line(t, nil)), "s")
	require.NoError(t, err)
	var readers sync.WaitGroup
	rows := make([][]rumtest.Row, 4)
	for i := range rows {
		readers.Go(func() { rows[i] = rumtest.Rows(b) })
	}
	readers.Wait()
	for i := range rows {
		require.Equal(t, rows[0], rows[i])
	}
}

// TestDecoderIsUsedAgain: nothing of a document, however it ended, is left for the next one.
func TestDecoderIsUsedAgain(t *testing.T) {
	t.Parallel()
	anonymous := line(t, map[string]any{"event_id": nil})
	many := strings.TrimSuffix(anonymous, "}")
	for i := range 40 {
		many += `,"k` + strings.Repeat("x", i) + `":1`
	}
	documents := []string{
		anonymous, "[" + anonymous + "," + anonymous, "\x00binary", many + "}", strings.Repeat("no\n", 1200), "",
		strings.Repeat("x", rum.MaxLineBytes+10), `{"cut":`, "[" + strings.Repeat("x", 100), anonymous + "\n" + anonymous,
	}
	var used rum.Decoder
	for range 2 {
		for i, document := range documents {
			source := strings.Repeat("s", i)
			want, wantRefused, err := rumtest.Decode(strings.NewReader(document), source)
			require.NoError(t, err)
			fresh := rum.NewDecoder(strings.NewReader(document), source)
			_, err = rumtest.Drain(fresh, rum.NewBlock())
			require.NoError(t, err)
			got := rum.NewBlock()
			used.Reset(strings.NewReader(document), source)
			refused, err := rumtest.Drain(&used, got)
			require.NoError(t, err)
			require.Equal(t, wantRefused, refused)
			require.Equal(t, rumtest.Rows(want), rumtest.Rows(got))
			require.Equal(t, fresh.ExtraCut(), used.ExtraCut())
		}
	}
}
