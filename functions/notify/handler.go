package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/slack-go/slack"

	"github.com/rumline/rumline/functions/notify/message"
)

// poster posts messages to Slack.
type poster interface {
	Post(ctx context.Context, m *slack.WebhookMessage) error
}

// handler tells Slack what arrives on the topic. An error makes Lambda invoke it again, twice.
type handler struct {
	reader message.Reader
	slack  poster
	log    *slog.Logger
}

// handle is the function's entry point. SNS sends one message at a time; should there be more, each is tried.
func (h *handler) handle(ctx context.Context, event events.SNSEvent) error {
	log := h.log
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("request_id", invocation.AwsRequestID)
	}
	var failures []error
	for _, record := range event.Records {
		m := h.reader.Read(record.SNS.Subject, record.SNS.Message)
		if m == nil {
			log.InfoContext(ctx, "nothing to tell", "message_id", record.SNS.MessageID)
			continue
		}
		err := h.slack.Post(ctx, m)
		failures = append(failures, err)
		if err == nil {
			log.InfoContext(ctx, "told Slack", "message_id", record.SNS.MessageID, "title", m.Text)
		}
	}
	return errors.Join(failures...)
}
