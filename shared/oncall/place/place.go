// Package place is the environment that the on-call's commands work on: what was deployed there, and the clients that reach
// it. It is found by its name alone, the local stack like prod: no state of Terraform, no outputs.
package place

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/replay"
)

// Place is an environment. Its clients are all that its commands ask of AWS.
type Place struct {
	*deployment.Deployment

	SQS        SQS
	S3         S3
	SFN        SFN
	CloudWatch CloudWatch
	Lambda     Lambda
	// Failures are what a destination's objects failed with.
	Failures func(destination string) replay.FailureReader
}

// Production says whether it is prod that is worked on.
func (p *Place) Production() bool { return p.Environment == "prod" || p.Workspace == "prod" }

// Letters is a destination's dead-letter queue.
func (p *Place) Letters(name string, d deployment.Destination) *replay.Queue {
	return replay.NewQueue(p.SQS, p.Failures(name), d.DLQURL)
}

// Parking is where a destination's messages are parked.
func (p *Place) Parking(name string) *replay.Parking {
	return replay.NewParking(p.S3, p.QuarantineBucket, p.ParkedPrefix, name)
}

// local is the environment on one's own machine, and the name of its workspace.
const local = "local"

// Open finds the environment of a name. Its error says in one line what is not there.
func Open(ctx context.Context, name string) (*Place, error) {
	if name == "" {
		return nil, errors.New("which environment? Give -env local, dev, preprod or prod (or RUMLINE_WORKSPACE)")
	}
	var options []func(*config.LoadOptions) error
	if name == local {
		more, err := localOptions()
		if err != nil {
			return nil, err
		}
		options = more
	}
	clients, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("configure AWS clients: %w", err)
	}
	if clients.Region == "" {
		return nil, errors.New("which region? Give AWS_REGION, or AWS_PROFILE with one that has a region")
	}
	deployed, err := deployment.Load(ctx, ssm.NewFromConfig(clients), name)
	if err != nil {
		return nil, err
	}
	return connect(clients, deployed), nil
}

func connect(clients aws.Config, deployed *deployment.Deployment) *Place {
	table := dynamodb.NewFromConfig(clients)
	return &Place{
		Deployment: deployed,
		SQS:        sqs.NewFromConfig(clients),
		S3:         s3.NewFromConfig(clients, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }),
		SFN:        sfn.NewFromConfig(clients),
		CloudWatch: cloudwatch.NewFromConfig(clients),
		Lambda:     lambda.NewFromConfig(clients),
		Failures: func(destination string) replay.FailureReader {
			return ledger.NewFailures(table, deployed.LedgerTable, destination)
		},
	}
}
