package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/rumline/rumline/shared/telemetry"
	"github.com/rumline/rumline/tests/account"
	"github.com/rumline/rumline/tests/local"
)

// onAccount is a real account as a venue.
type onAccount struct {
	region, dsn string
}

var _ venue = onAccount{}

// newOnAccount is the account of the environment's credentials, with a database of its own in the ClickHouse that the environment
// names.
func newOnAccount(database string) (onAccount, error) {
	dsn, err := url.Parse(os.Getenv(account.EnvDSN))
	if err != nil {
		return onAccount{}, errors.New(account.EnvDSN + " is no DSN") // the error would have the password
	}
	dsn.Path = "/" + database
	return onAccount{region: local.Region, dsn: dsn.String()}, nil
}

// Config is part of venue.
func (a onAccount) Config(ctx context.Context) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx, config.WithRegion(a.region))
}

// DSN is part of venue.
func (a onAccount) DSN() string { return a.dsn }

// PutSecrets is part of venue. There is no Slack: what it would be told is seen in the alarms.
func (a onAccount) PutSecrets(ctx context.Context, d *local.Deployment) error {
	clients, err := a.Config(ctx)
	if err != nil {
		return err
	}
	name := d.Secrets["clickhouse-dsn"].Name
	_, err = secretsmanager.NewFromConfig(clients).PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &a.dsn})
	return err
}

// Depths is part of venue.
func (a onAccount) Depths(ctx context.Context, d *local.Deployment) (map[string]local.Depth, error) {
	clients, err := a.Config(ctx)
	if err != nil {
		return nil, err
	}
	return local.Depths(ctx, sqs.NewFromConfig(clients), d)
}

const (
	// lookEvery is how often queues are looked at; settled is how long they have to look empty. S3 may take a minute to announce an
	// object, and the numbers of SQS need as long to agree.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-resources-required-process-messages.html
	lookEvery = 10 * time.Second
	settled   = 90 * time.Second
)

// Drain is part of venue.
func (a onAccount) Drain(ctx context.Context, d *local.Deployment, patience time.Duration) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var before string
	var emptySince time.Time
	moved := time.Now()
	for {
		depths, err := a.Depths(ctx, d)
		if err != nil {
			return err
		}
		queued := 0
		for _, depth := range depths {
			queued += depth.Queued
		}
		switch {
		case queued > 0:
			emptySince = time.Time{}
		case emptySince.IsZero():
			emptySince = time.Now()
		case time.Since(emptySince) >= settled:
			return nil
		}
		if now := fmt.Sprint(depths); now != before {
			before, moved = now, time.Now()
		} else if queued > 0 && time.Since(moved) > 2*patience {
			return fmt.Errorf("wait for the queues (%s): %w", now, local.ErrStuck)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sums reads the metrics out of the functions' logs, which CloudWatch has some seconds after they were written.
func (a onAccount) sums(ctx context.Context, d *local.Deployment) (map[string]telemetry.Counts, error) {
	clients, err := a.Config(ctx)
	if err != nil {
		return nil, err
	}
	logs := cloudwatchlogs.NewFromConfig(clients)
	sums := map[string]telemetry.Counts{}
	for _, destination := range d.Destinations {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(logs, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: aws.String("/aws/lambda/" + destination.FunctionName), FilterPattern: aws.String(`{ $._aws.Timestamp > 0 }`),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read the logs of %s: %w", destination.FunctionName, err)
			}
			for _, e := range page.Events {
				addLine(sums, aws.ToString(e.Message))
			}
		}
	}
	return sums, nil
}
