package replays

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/rumline/rumline/shared/replay"
)

// recent is how many of an execution's last events are read: more than one round of it has.
const recent = 200

// where reads an execution's history, backwards from its latest event.
func where(ctx context.Context, client Client, execution string) (Progress, error) {
	out, err := client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{
		ExecutionArn: &execution, ReverseOrder: true, MaxResults: recent, IncludeExecutionData: aws.Bool(true),
	})
	if err != nil {
		return Progress{}, fmt.Errorf("follow %s: %w", execution, err)
	}
	events := slices.SortedFunc(slices.Values(out.Events), func(a, b types.HistoryEvent) int { return cmp.Compare(b.Id, a.Id) })
	p := Progress{Execution: execution}
	for _, e := range events {
		if e.StateEnteredEventDetails != nil && p.State == "" {
			p.State, p.Since = aws.ToString(e.StateEnteredEventDetails.Name), aws.ToTime(e.Timestamp).UTC()
		}
		for _, data := range []*string{entered(e), exited(e), started(e)} {
			if c := counts(data); c.Examined > p.Examined {
				p.Counts = c
			}
		}
	}
	return p, nil
}

func entered(e types.HistoryEvent) *string {
	if e.StateEnteredEventDetails == nil {
		return nil
	}
	return e.StateEnteredEventDetails.Input
}

func exited(e types.HistoryEvent) *string {
	if e.StateExitedEventDetails == nil {
		return nil
	}
	return e.StateExitedEventDetails.Output
}

func started(e types.HistoryEvent) *string {
	if e.ExecutionStartedEventDetails == nil {
		return nil
	}
	return e.ExecutionStartedEventDetails.Input
}

// counts are the largest that a state's data has anywhere: the states pass the totals on, under names of their own.
func counts(data *string) replay.Counts {
	var value any
	if data == nil || json.Unmarshal([]byte(*data), &value) != nil {
		return replay.Counts{}
	}
	return within(value)
}

func within(value any) (most replay.Counts) {
	larger := func(c replay.Counts) {
		if c.Examined > most.Examined {
			most = c
		}
	}
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v["examined"]; ok {
			return read(v)
		}
		for _, inner := range v {
			larger(within(inner))
		}
	case []any:
		for _, inner := range v {
			larger(within(inner))
		}
	}
	return most
}

func read(v map[string]any) replay.Counts {
	n := func(name string) int64 {
		f, _ := v[name].(float64)
		return int64(f)
	}
	return replay.Counts{
		Examined: n("examined"), Matched: n("matched"), Delivered: n("delivered"), Parked: n("parked"), Left: n("left"),
	}
}
