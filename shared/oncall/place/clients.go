package place

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/rumline/rumline/shared/replay"
)

// SQS is what the commands ask of queues.
type SQS interface {
	replay.QueueClient
	SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, opts ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

// S3 is what they ask of buckets.
type S3 interface {
	replay.ParkingClient
	s3.ListObjectVersionsAPIClient
}

// SFN is what they ask of state machines.
type SFN interface {
	StartExecution(ctx context.Context, in *sfn.StartExecutionInput, opts ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	StopExecution(ctx context.Context, in *sfn.StopExecutionInput, opts ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error)
	DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, opts ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
	sfn.GetExecutionHistoryAPIClient
	sfn.ListExecutionsAPIClient
}

// CloudWatch is what they ask of metrics and alarms.
type CloudWatch interface {
	cloudwatch.GetMetricDataAPIClient
	cloudwatch.DescribeAlarmsAPIClient
}

// Lambda is what they ask of event source mappings.
type Lambda interface {
	GetEventSourceMapping(ctx context.Context, in *lambda.GetEventSourceMappingInput, opts ...func(*lambda.Options)) (*lambda.GetEventSourceMappingOutput, error)
	UpdateEventSourceMapping(ctx context.Context, in *lambda.UpdateEventSourceMappingInput, opts ...func(*lambda.Options)) (*lambda.UpdateEventSourceMappingOutput, error)
}

var (
	_ SQS        = (*sqs.Client)(nil)
	_ S3         = (*s3.Client)(nil)
	_ SFN        = (*sfn.Client)(nil)
	_ CloudWatch = (*cloudwatch.Client)(nil)
	_ Lambda     = (*lambda.Client)(nil)
)
