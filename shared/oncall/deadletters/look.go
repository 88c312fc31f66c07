// Package deadletters looks into a dead-letter queue: what is in it, why, and since when. SQS has no way to look without
// receiving, so messages are received, and shown again at once.
package deadletters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rumline/rumline/shared/replay"
)

// Queue is a dead-letter queue, as replay.Queue is one.
type Queue interface {
	Depth(ctx context.Context) (visible, hidden int64, err error)
	Receive(ctx context.Context, limit int, hide time.Duration) ([]replay.Letter, error)
	Show(ctx context.Context, letters []replay.Letter, after time.Duration) error
}

var _ Queue = (*replay.Queue)(nil)

// hide is how long messages stay hidden if the one who looks is killed; showTimeout is what it takes at most to show them
// again, also after an interrupt.
const (
	hide        = 2 * time.Minute
	showTimeout = 30 * time.Second
)

// Look returns up to limit letters, the oldest first. They are not received any more when it returns. A replay that runs at
// the same time may meet some of them later, and loses none.
func Look(ctx context.Context, queue Queue, limit int) (letters []replay.Letter, err error) {
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), showTimeout)
		defer cancel()
		if shown := queue.Show(ctx, letters, 0); shown != nil {
			err = errors.Join(err, fmt.Errorf("messages stay hidden for up to %s: %w", hide, shown))
		}
	}()
	for len(letters) < limit {
		some, err := queue.Receive(ctx, limit-len(letters), hide)
		if err != nil {
			return letters, err
		}
		if len(some) == 0 {
			break
		}
		letters = append(letters, some...)
	}
	slices.SortStableFunc(letters, func(a, b replay.Letter) int {
		return cmp.Or(a.SentAt.Compare(b.SentAt), cmp.Compare(a.ID(), b.ID()))
	})
	return letters, nil
}
