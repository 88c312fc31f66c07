// Command replay is the Lambda with the steps of the replay's state machine.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	lambdas "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/caarlos0/env/v11"

	"github.com/rumline/rumline/functions/replay/steps"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/telemetry"
)

func main() {
	c, err := env.ParseAs[steps.Config]()
	clients, errAWS := config.LoadDefaultConfig(context.Background())
	if err != nil || errAWS != nil {
		fmt.Fprintln(os.Stderr, "rumline replay cannot start:", err, errAWS)
		os.Exit(1)
	}
	table := dynamodb.NewFromConfig(clients)
	failures := func(name, destination string) replay.FailureReader {
		return ledger.NewFailures(table, name, destination)
	}
	s := steps.Steps{
		Config: c, Failures: failures, Locks: table, Parameters: ssm.NewFromConfig(clients), Queues: sqs.NewFromConfig(clients),
		Objects: s3.NewFromConfig(clients), Executions: sfn.NewFromConfig(clients), Topics: sns.NewFromConfig(clients),
		// The state machine tries again, later than a client would.
		Functions: lambdas.NewFromConfig(clients, func(o *lambdas.Options) { o.RetryMaxAttempts = 1 }),
		Metrics:   os.Stdout, Log: telemetry.NewLogger(os.Stdout, c.LogLevel), Now: time.Now,
	}
	lambda.Start(s.Handle)
}
