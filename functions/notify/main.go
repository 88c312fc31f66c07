// Command notify is the Lambda that tells Slack what arrives on the alarms' topic.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/caarlos0/env/v11"

	"github.com/rumline/rumline/functions/notify/message"
	"github.com/rumline/rumline/functions/notify/webhook"
	"github.com/rumline/rumline/shared/telemetry"
)

type settings struct {
	Environment string     `env:"RUMLINE_ENVIRONMENT,required,notEmpty"`
	LogLevel    slog.Level `env:"RUMLINE_LOG_LEVEL"                              envDefault:"info"`
	AlarmPrefix string     `env:"RUMLINE_ALARM_PREFIX,required,notEmpty"`
	Secret      string     `env:"RUMLINE_SLACK_WEBHOOK_SECRET,required,notEmpty"`
}

func main() {
	s, err := env.ParseAs[settings]()
	exitOn(err)
	clients, err := config.LoadDefaultConfig(context.Background())
	exitOn(err)
	client := &http.Client{Timeout: 10 * time.Second}
	h := handler{
		reader: message.Reader{Environment: s.Environment, AlarmPrefix: s.AlarmPrefix},
		slack:  &webhook.Webhook{Secret: s.Secret, Secrets: secretsmanager.NewFromConfig(clients), Client: client},
		log:    telemetry.NewLogger(os.Stdout, s.LogLevel, slog.String("environment", s.Environment)),
	}
	lambda.Start(h.handle)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "rumline notify cannot start: %v\n", err)
		os.Exit(1) //nolint:revive // it is the end of main
	}
}
