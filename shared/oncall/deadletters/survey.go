package deadletters

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

// Survey is what a destination's dead-letter queue holds.
type Survey struct {
	Destination string `json:"destination"`
	// Visible messages can be received; Hidden ones are in the hands of somebody, such as a replay. SQS says that both are
	// approximate.
	Visible int64 `json:"visible"`
	Hidden  int64 `json:"hidden"`
	// Sampled is how many messages the following was counted of: all, or as many as were asked for.
	Sampled int `json:"sampled"`
	// OldestSentAt is when the oldest of them was first sent.
	OldestSentAt time.Time `json:"oldest_sent_at,omitzero"`
	// Reasons are counts by code, the most frequent first. Ages are counts by the time since the messages were first sent.
	Reasons []Reason `json:"reasons"`
	Ages    []Age    `json:"ages"`
	// Next says what to do about it.
	Next string `json:"next"`
}

// Reason counts the messages whose last failure has a code.
type Reason struct {
	Code     failure.Code `json:"code"`
	Messages int64        `json:"messages"`
	// Hopeless, of them, can never be delivered: a replay parks them.
	Hopeless int64 `json:"hopeless"`
	// LastFailedAt is the latest of their failures, Error what that one said.
	LastFailedAt time.Time `json:"last_failed_at,omitzero"`
	Error        string    `json:"error,omitempty"`
}

// Age counts the messages that are at most so old, and older than those of the one before.
type Age struct {
	Up       string `json:"up_to"`
	Messages int64  `json:"messages"`
}

// Take surveys a queue, by up to sample of its messages.
func Take(ctx context.Context, queue Queue, destination string, sample int, now time.Time) (Survey, error) {
	s := Survey{Destination: destination, Reasons: []Reason{}, Ages: []Age{}}
	var err error
	if s.Visible, s.Hidden, err = queue.Depth(ctx); err != nil {
		return s, err
	}
	letters, err := Look(ctx, queue, sample)
	if err != nil {
		return s, err
	}
	s.Sampled = len(letters)
	s.Visible = max(s.Visible, int64(len(letters))) // what was seen is there, whatever SQS estimates
	if len(letters) > 0 {
		s.OldestSentAt = letters[0].SentAt.UTC()
	}
	s.Reasons, s.Ages = reasons(letters), ages(letters, now)
	return s, nil
}

// Empty says that no messages are dead-lettered.
func (s Survey) Empty() bool { return s.Visible+s.Hidden == 0 }

func reasons(letters []replay.Letter) []Reason {
	byCode := map[failure.Code]*Reason{}
	for _, l := range letters {
		r := byCode[l.Code]
		if r == nil {
			r = &Reason{Code: l.Code}
			byCode[l.Code] = r
		}
		r.Messages++
		if l.Hopeless {
			r.Hopeless++
		}
		if !l.FailedAt.Before(r.LastFailedAt) {
			r.LastFailedAt, r.Error = l.FailedAt.UTC(), l.Error
		}
	}
	all := make([]Reason, 0, len(byCode))
	for _, r := range byCode {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Code, b.Code))
	})
	return all
}

const day = 24 * time.Hour

// bounds are those of the histogram, up to the 14 days that SQS keeps a message.
var bounds = []time.Duration{
	time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, day, 3 * day, 7 * day, 14 * day,
}

// ages leaves out the empty bounds at both ends.
func ages(letters []replay.Letter, now time.Time) []Age {
	counts := make([]int64, len(bounds))
	first, last := len(bounds), -1
	for _, l := range letters {
		i, _ := slices.BinarySearch(bounds, now.Sub(l.SentAt))
		i = min(i, len(bounds)-1)
		counts[i]++
		first, last = min(first, i), max(last, i)
	}
	all := []Age{}
	for i := first; i <= last; i++ {
		all = append(all, Age{Up: boundName(bounds[i]), Messages: counts[i]})
	}
	return all
}

func boundName(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d d", d/day)
	}
}
