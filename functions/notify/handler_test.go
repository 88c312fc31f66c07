package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/notify/message"
	"github.com/rumline/rumline/shared/telemetry"
)

func TestHandle(t *testing.T) {
	t.Parallel()
	const quiet = `{"AlarmName":"a","NewStateValue":"INSUFFICIENT_DATA"}`
	down := errors.New("Slack is down")
	tests := map[string]struct {
		bodies []string
		fails  map[string]error
		posted []string
		want   error
	}{
		"one":                  {[]string{"hello"}, nil, []string{":speech_balloon: hello"}, nil},
		"nothing to tell":      {[]string{quiet}, nil, nil, nil},
		"the others are tried": {[]string{"a", quiet, "b"}, map[string]error{":speech_balloon: a": down}, []string{":speech_balloon: a", ":speech_balloon: b"}, down},
		"none":                 {nil, nil, nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			posted := &posts{fails: tt.fails}
			h := handler{reader: message.Reader{Environment: "test"}, slack: posted, log: telemetry.NewLogger(&log, slog.LevelInfo)}
			var event events.SNSEvent
			for _, body := range tt.bodies {
				event.Records = append(event.Records, events.SNSEventRecord{SNS: events.SNSEntity{MessageID: "m", Subject: body, Message: body}})
			}
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
			err := h.handle(ctx, event)
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.posted, posted.titles)
			if len(tt.bodies) > 0 {
				assert.Contains(t, log.String(), `"request_id":"request-1"`)
			}
		})
	}
}

type posts struct {
	fails  map[string]error
	titles []string
}

func (p *posts) Post(_ context.Context, m *slack.WebhookMessage) error {
	p.titles = append(p.titles, m.Text)
	return p.fails[m.Text]
}
