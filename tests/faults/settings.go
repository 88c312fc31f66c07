package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/quarantine"
)

// What is set after Terraform has made everything, so that a round takes seconds. The plan would refuse a visibility
// timeout that is shorter than the function's: it makes messages be handed out again while they are worked on, which is
// what is wanted here.
const (
	VisibilityTimeout = 4 * time.Second
	FunctionTimeout   = 8 * time.Second
	// MaxReceives is how often a message is tried before it goes to the dead-letter queue.
	MaxReceives = 6
	// BatchSize is small, so that there are many batches.
	BatchSize = 8
	// Window is how long a batch waits to become full.
	Window = time.Second
)

// hasten shortens all times of a destination, and has its function name itself in each call to AWS.
func (f *fire) hasten(ctx context.Context, destination string) error {
	d := f.deployment.Destinations[destination]
	dlq, err := f.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &d.DLQURL, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return errorf(err, "read the dead-letter queue of %s", destination)
	}
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": dlq.Attributes["QueueArn"], "maxReceiveCount": MaxReceives})
	if err != nil {
		return fmt.Errorf("set the queue of %s: %w", destination, err)
	}
	_, err = f.queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &d.QueueURL, Attributes: map[string]string{
		"VisibilityTimeout": seconds(VisibilityTimeout), "RedrivePolicy": string(redrive),
	}})
	if err != nil {
		return errorf(err, "set the queue of %s", destination)
	}
	if err := f.hastenFunction(ctx, d.FunctionName); err != nil {
		return err
	}
	return f.hastenMapping(ctx, d.FunctionName)
}

func (f *fire) hastenFunction(ctx context.Context, name string) error {
	now, err := f.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	if err != nil {
		return errorf(err, "read the function %s", name)
	}
	if now.Environment == nil {
		return errors.New("the function " + name + " has no environment")
	}
	variables := maps.Clone(now.Environment.Variables)
	f.quarantine = quarantine.Config{Bucket: variables["RUMLINE_QUARANTINE_BUCKET"], Prefix: variables["RUMLINE_QUARANTINE_PREFIX"]}
	f.ledger = variables["RUMLINE_LEDGER_TABLE"]
	variables["AWS_SDK_UA_APP_ID"] = name
	_, err = f.functions.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &name, Timeout: aws.Int32(int32(FunctionTimeout.Seconds())),
		Environment: &lambdatypes.Environment{Variables: variables},
	})
	return errorf(err, "set the function %s", name)
}

func (f *fire) hastenMapping(ctx context.Context, function string) error {
	mappings, err := f.functions.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{FunctionName: &function})
	if err != nil {
		return errorf(err, "list the mappings of %s", function)
	}
	for _, m := range mappings.EventSourceMappings {
		_, err := f.functions.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{
			UUID: m.UUID, BatchSize: aws.Int32(BatchSize), MaximumBatchingWindowInSeconds: aws.Int32(int32(Window.Seconds())),
		})
		if err != nil {
			return errorf(err, "set the mapping of %s", function)
		}
	}
	return nil
}

// pointToProxy gives the function of ClickHouse the proxy's address.
func (f *fire) pointToProxy(ctx context.Context, secrets *secretsmanager.Client) error {
	name := f.deployment.Secrets["clickhouse-dsn"].Name
	_, err := secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &f.proxy.dsn})
	return errorf(err, "put the secret %s", name)
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// errorf says what was being done when an error came; nil stays nil.
func errorf(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
