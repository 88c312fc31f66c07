package lambdahost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// source is a queue in which messages arrive at given times.
type source struct {
	mu       sync.Mutex
	arrivals []arrival
	limits   []int
	err      error
}

type arrival struct {
	at      time.Time
	message message
}

func (s *source) receive(_ context.Context, limit int, wait time.Duration) ([]message, error) {
	deadline := time.Now().Add(wait)
	for {
		if got, err := s.take(limit); len(got) > 0 || err != nil || !time.Now().Before(deadline) {
			return got, err
		}
		time.Sleep(10 * time.Millisecond) // in the bubble's time
	}
}

func (s *source) take(limit int) (got []message, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(got) < limit && len(s.arrivals) > 0 && !s.arrivals[0].at.After(time.Now()) {
		got = append(got, s.arrivals[0].message)
		s.arrivals = s.arrivals[1:]
	}
	s.limits = append(s.limits, limit)
	if len(got) == 0 && len(s.arrivals) == 0 {
		return nil, s.err
	}
	return got, nil
}

// add makes n messages of some size that arrive after a time.
func (s *source) add(n, size int, after time.Duration) {
	at := time.Now().Add(after)
	for range n {
		id := fmt.Sprintf("m%d", len(s.arrivals))
		record := json.RawMessage(`"` + strings.Repeat("x", size-2) + `"`)
		s.arrivals = append(s.arrivals, arrival{at, message{id: id, record: record}})
	}
}

func TestGather(t *testing.T) {
	tests := []struct {
		name        string
		size        int
		window      time.Duration
		payload     int
		fill        func(*source)
		want        []int         // sizes of the batches
		elapsed     time.Duration // until the last of them, at most
		atLeast     time.Duration // and at least
		wantFailure string        // with the last
	}{
		{
			name: "without a window a receive is a batch", size: 10,
			fill: func(s *source) { s.add(4, 20, 0); s.add(3, 20, 300*time.Millisecond) },
			want: []int{4, 3}, elapsed: 400 * time.Millisecond,
		},
		{
			name: "a small batch size", size: 3,
			fill: func(s *source) { s.add(7, 20, 0) },
			want: []int{3, 3, 1}, elapsed: time.Millisecond,
		},
		{
			name: "a full batch does not wait for its window", size: 35, window: time.Minute,
			fill: func(s *source) { s.add(70, 20, 0) },
			want: []int{35, 35}, elapsed: time.Second,
		},
		{
			name: "the window closes a batch", size: 1000, window: 5 * time.Second,
			fill: func(s *source) { s.add(25, 20, 0); s.add(5, 20, 4*time.Second); s.add(2, 20, 6*time.Second) },
			want: []int{30, 2}, atLeast: 10 * time.Second, elapsed: 13 * time.Second,
		},
		{
			name: "the window begins with the first message", size: 100, window: 2 * time.Second,
			fill: func(s *source) { s.add(1, 20, 900*time.Millisecond); s.add(1, 20, 2700*time.Millisecond) },
			want: []int{2}, atLeast: 2900 * time.Millisecond, elapsed: 3100 * time.Millisecond,
		},
		{
			name: "a fraction of a second is waited for, too", size: 100, window: time.Second,
			fill: func(s *source) { s.add(1, 20, 0); s.add(1, 20, 700*time.Millisecond) },
			want: []int{2}, atLeast: time.Second, elapsed: 1100 * time.Millisecond,
		},
		{
			name: "the payload closes a batch and the rest is carried over", size: 100, window: 3 * time.Second,
			payload: envelopeSize + 3*101,
			fill:    func(s *source) { s.add(8, 100, 0) },
			want:    []int{3, 3, 2}, elapsed: 4 * time.Second,
		},
		{
			name: "an idle queue is an empty batch", size: 10,
			fill: func(*source) {}, want: []int{0}, atLeast: time.Second, elapsed: 1100 * time.Millisecond,
		},
		{
			name: "what came before an error is delivered", size: 100, window: 5 * time.Second,
			fill: func(s *source) { s.add(10, 20, 0); s.err = errors.New("throttled") },
			want: []int{10}, elapsed: time.Second, wantFailure: "throttled",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &source{}
				begin := time.Now()
				tt.fill(s)
				g := &gatherer{receive: s.receive, size: tt.size, window: tt.window, payload: tt.payload, stop: make(chan struct{})}
				if g.payload == 0 {
					g.payload = maxPayload
				}
				var failure error
				for i, want := range tt.want {
					got, err := g.next(t.Context())
					failure = err
					assert.Len(t, got, want, "batch %d", i)
					assert.LessOrEqual(t, len(event(got)), g.payload)
				}
				if tt.wantFailure != "" {
					require.ErrorContains(t, failure, tt.wantFailure)
				} else {
					require.NoError(t, failure)
				}
				took := time.Since(begin)
				assert.LessOrEqual(t, took, tt.elapsed)
				assert.GreaterOrEqual(t, took, tt.atLeast)
				for _, limit := range s.limits {
					assert.LessOrEqual(t, limit, receiveMax)
					assert.Positive(t, limit)
				}
			})
		})
	}
}

func TestGatherStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{}
		s.add(5, 100, 0)
		stop := make(chan struct{})
		g := &gatherer{receive: s.receive, size: 100, window: time.Minute, payload: envelopeSize + 3*101, stop: stop}
		time.AfterFunc(time.Second, func() { close(stop) })
		var sizes []int
		for {
			batch, err := g.next(t.Context())
			require.NoError(t, err)
			if len(batch) == 0 {
				break
			}
			sizes = append(sizes, len(batch))
		}
		assert.Equal(t, []int{3, 2}, sizes, "what was carried over is delivered, too")
	})
}

// One event must never be larger than Lambda takes, nor a batch larger than the mapping says, however they arrive.
func FuzzBatchTake(f *testing.F) {
	f.Add(uint16(3), uint16(400), []byte{10, 200, 30, 255, 1})
	f.Fuzz(func(t *testing.T, size, payload uint16, costs []byte) {
		limit := int(payload) + 258 // room for the largest message
		var rest []message
		for i, cost := range costs {
			rest = append(rest, message{id: fmt.Sprint(i), record: json.RawMessage(strings.Repeat("x", int(cost)+1))})
		}
		count := 0
		for len(rest) > 0 {
			b := &batch{payload: limit - envelopeSize}
			rest = b.take(rest, max(int(size), 1))
			require.NotEmpty(t, b.messages)
			require.LessOrEqual(t, len(b.messages), max(int(size), 1))
			if len(b.messages) > 1 {
				require.LessOrEqual(t, len(event(b.messages)), limit)
			}
			for _, m := range b.messages {
				require.Equal(t, fmt.Sprint(count), m.id)
				count++
			}
		}
		require.Equal(t, len(costs), count)
	})
}
