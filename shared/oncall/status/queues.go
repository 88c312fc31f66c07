package status

import (
	"context"

	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/replay"
)

// depth is how many messages of a queue are visible, and how many are in somebody's hands.
func depth(ctx context.Context, client place.SQS, url string) (visible, hidden int64, err error) {
	return replay.NewQueue(client, nil, url).Depth(ctx)
}
