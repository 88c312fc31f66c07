package steps

import (
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/telemetry"
)

// emit writes a report's metrics. A dry run has none but the messages that it looked at.
func (s *Steps) emit(t Target, report replay.Report) error {
	counts, gaveUp := report.Counts, int64(0)
	if report.Outcome == replay.DryRun {
		counts = replay.Counts{Examined: counts.Examined}
	}
	if report.GaveUp {
		gaveUp = 1
	}
	emitter := telemetry.NewEmitter(s.Metrics, report.Destination, t.Environment, s.Now)
	return emitter.EmitCounts(map[string]int64{
		"ReplayExamined": counts.Examined, "ReplayDelivered": counts.Delivered, "ReplayParked": counts.Parked,
		"ReplayLeft": counts.Left, "ReplayGaveUp": gaveUp,
	}, map[string]any{"execution": report.Execution, "outcome": report.Outcome, "left_by_code": report.LeftBy})
}
