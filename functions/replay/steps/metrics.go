package steps

import (
	"encoding/json"
	"fmt"

	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/telemetry"
)

// emit writes a report's metrics in CloudWatch's embedded metric format, by Destination and Environment. A dry run has none
// but the messages that it looked at.
func (s *Steps) emit(t Target, report replay.Report) error {
	type definition struct{ Name, Unit string }
	line := map[string]any{
		"Destination": report.Destination, "Environment": t.Environment,
		"execution": report.Execution, "outcome": report.Outcome, "left_by_code": report.LeftBy,
	}
	counts, gaveUp := report.Counts, int64(0)
	if report.Outcome == replay.DryRun {
		counts = replay.Counts{Examined: counts.Examined}
	}
	if report.GaveUp {
		gaveUp = 1
	}
	var metrics []definition
	for _, m := range []struct {
		name  string
		value int64
	}{
		{"ReplayExamined", counts.Examined},
		{"ReplayDelivered", counts.Delivered},
		{"ReplayParked", counts.Parked},
		{"ReplayLeft", counts.Left},
		{"ReplayGaveUp", gaveUp},
	} {
		metrics = append(metrics, definition{m.name, "Count"})
		line[m.name] = m.value
	}
	line["_aws"] = map[string]any{
		"Timestamp": s.Now().UnixMilli(),
		"CloudWatchMetrics": []map[string]any{{
			"Namespace": telemetry.Namespace, "Dimensions": [][]string{{"Destination", "Environment"}}, "Metrics": metrics,
		}},
	}
	text, err := json.Marshal(line)
	if err == nil {
		_, err = s.Metrics.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the metrics: %w", err)
	}
	return nil
}
