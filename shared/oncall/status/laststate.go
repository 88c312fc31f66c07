package status

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/rumline/rumline/shared/oncall/place"
)

// closed are the states in which a breaker has let all messages flow, and only waits for its alarm to end.
var closed = []string{"Settle", "AskAlarm", "AlarmLasts", "Closed"}

// recent is how many of an execution's last events are read: a state has fewer, with all its retries.
const recent = 100

// hasClosed says whether a breaker that still runs is closed by now.
func hasClosed(ctx context.Context, client place.SFN, execution string) (bool, error) {
	out, err := client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{
		ExecutionArn: &execution, ReverseOrder: true, MaxResults: recent, IncludeExecutionData: aws.Bool(false),
	})
	if err != nil {
		return false, fmt.Errorf("look at the history of %s: %w", execution, err)
	}
	var last types.HistoryEvent
	for _, e := range out.Events {
		if e.StateEnteredEventDetails != nil && e.Id > last.Id {
			last = e
		}
	}
	return last.StateEnteredEventDetails != nil && slices.Contains(closed, aws.ToString(last.StateEnteredEventDetails.Name)), nil
}
