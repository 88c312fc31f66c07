package steps

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/rumline/rumline/shared/replay"
)

// Publisher tells people.
type Publisher interface {
	Publish(ctx context.Context, in *sns.PublishInput, opts ...func(*sns.Options)) (*sns.PublishOutput, error)
}

var _ Publisher = (*sns.Client)(nil)

// Notice is what the topic of alarms gets of a replay.
type Notice struct {
	Kind        string        `json:"kind"` // replay_report
	Report      replay.Report `json:"report"`
	Environment string        `json:"environment"`
	Workspace   string        `json:"workspace"`
}

// publish tells people of a replay that did anything, or that did not come to it.
func (s *Steps) publish(ctx context.Context, t Target, report replay.Report) error {
	did := report.Delivered+report.Parked+report.Left > 0 && report.Outcome != replay.DryRun
	waited := report.Outcome == replay.Unhealthy && !report.Input.Automatic
	if !did && !waited && !report.GaveUp {
		return nil
	}
	text, err := json.Marshal(Notice{Kind: "replay_report", Report: report, Environment: t.Environment, Workspace: t.Workspace})
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	message := string(text)
	if _, err := s.Topics.Publish(ctx, &sns.PublishInput{TopicArn: &t.AlarmTopic, Message: &message}); err != nil {
		return fmt.Errorf("publish the report: %w", err)
	}
	return nil
}
