package machine_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/replay/steps"
	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/localaws"
)

const (
	region    = "us-east-1"
	account   = "123456789012"
	role      = "arn:aws:iam::" + account + ":role/replay"
	workspace = "test"
	table     = "ledger"
	bucket    = "quarantine"
	patient   = 3 * time.Minute // for what must happen some time; nothing is measured against it
)

var (
	stack   *localaws.AWS
	binary  []byte
	machine string // its ARN
	topic   string // its ARN
	notices string // URL of a queue that gets what the topic gets
	clients = struct {
		functions  *lambda.Client
		executions *sfn.Client
		queues     *sqs.Client
		objects    *s3.Client
		table      *dynamodb.Client
		parameters *ssm.Client
		topics     *sns.Client
	}{}
)

func TestMain(m *testing.M) {
	flag.Parse() // for testing.Verbose
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run starts one stack for all tests; each replays a destination of its own.
func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "replay-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	built := filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", built, "github.com/rumline/rumline/functions/replay")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("%w: %s", err, out)
	}
	if binary, err = os.ReadFile(built); err != nil {
		return 1, err
	}
	var log io.Writer
	if testing.Verbose() {
		log = os.Stderr
	}
	ctx := context.Background()
	stack, err = localaws.Start(ctx, localaws.Options{
		CacheDir: dir, Log: log,
		Host: lambdahost.Options{InitTimeout: patient}, // the machine may be busy building
	})
	if err != nil {
		return 1, err
	}
	defer func() {
		if stopped := stack.Stop(ctx); err == nil {
			err = stopped
		}
	}()
	if err := prepare(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// prepare makes what all tests share.
func prepare(ctx context.Context) error {
	c := aws.Config{
		BaseEndpoint: aws.String(stack.URL()), Region: region,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	clients.functions, clients.executions, clients.queues = lambda.NewFromConfig(c), sfn.NewFromConfig(c), sqs.NewFromConfig(c)
	clients.objects = s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
	clients.table, clients.parameters, clients.topics = dynamodb.NewFromConfig(c), ssm.NewFromConfig(c), sns.NewFromConfig(c)

	if err := makeRole(ctx); err != nil {
		return err
	}
	if _, err := clients.objects.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		return err
	}
	_, err := clients.table.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
	})
	if err != nil {
		return err
	}
	made, err := clients.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("alarms")})
	if err != nil {
		return err
	}
	topic = *made.TopicArn
	if notices, err = makeQueue(ctx, "notices"); err != nil {
		return err
	}
	_, err = clients.topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: aws.String(arnOf("sqs", "notices")),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		return err
	}
	if err := putParameter(ctx, "deployment", deployment.Deployment{
		Workspace: workspace, Environment: "local", Region: region, LedgerTable: table,
		QuarantineBucket: bucket, ParkedPrefix: "parked/", AlarmTopic: topic,
	}); err != nil {
		return err
	}
	return makeMachine(ctx)
}

// makeMachine deploys the function and the state machine, of the very file that Terraform deploys.
func makeMachine(ctx context.Context) error {
	file, err := os.ReadFile("../../../terraform/modules/replay/replay.asl.json")
	if err != nil {
		return err
	}
	values := []string{"${partition}", "aws", "${function_arn}", arnOf("lambda", "function:replay"), "${step_timeout_seconds}", "300"}
	for _, retry := range []string{"step_retry", "probe_retry", "throttled_retry", "failed_retry"} {
		values = append(values, "${"+retry+".interval_seconds}", "1", "${"+retry+".max_delay_seconds}", "1", "${"+retry+".max_attempts}", "3")
	}
	made, err := clients.executions.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: aws.String("replay"), RoleArn: aws.String(role), Definition: aws.String(strings.NewReplacer(values...).Replace(string(file))),
	})
	if err != nil {
		return err
	}
	machine = *made.StateMachineArn
	return nil
}

func makeRole(ctx context.Context) error {
	form := url.Values{
		"Action": {"CreateRole"}, "Version": {"2010-05-08"}, "RoleName": {"replay"},
		"AssumeRolePolicyDocument": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, stack.URL()+"/", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/iam/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("make a role: %s", resp.Status)
	}
	return nil
}

func makeQueue(ctx context.Context, name string) (string, error) {
	out, err := clients.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		return "", err
	}
	return *out.QueueUrl, nil
}

func putParameter(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = clients.parameters.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(deployment.Path(workspace) + name), Value: aws.String(string(text)), Type: ssmtypes.ParameterTypeString,
	})
	return err
}

func arnOf(service, name string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + name
}

// start starts a replay.
func start(t *testing.T, input any) string {
	t.Helper()
	text, err := json.Marshal(input)
	require.NoError(t, err)
	out, err := clients.executions.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &machine, Input: aws.String(string(text))})
	require.NoError(t, err)
	return *out.ExecutionArn
}

// ended waits until an execution is over.
func ended(t *testing.T, execution string) *sfn.DescribeExecutionOutput {
	t.Helper()
	var out *sfn.DescribeExecutionOutput
	require.Eventually(t, func() bool {
		var err error
		out, err = clients.executions.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &execution})
		return err == nil && out.Status != sfntypes.ExecutionStatusRunning
	}, patient, 100*time.Millisecond)
	return out
}

// reported waits for the report of an execution.
func reported(t *testing.T, execution string) replay.Report {
	t.Helper()
	out := ended(t, execution)
	require.Equal(t, sfntypes.ExecutionStatusSucceeded, out.Status, "%s: %s", aws.ToString(out.Error), aws.ToString(out.Cause))
	var report replay.Report
	require.NoError(t, json.Unmarshal([]byte(aws.ToString(out.Output)), &report))
	return report
}

// notice waits for what people are told of a destination.
func notice(t *testing.T, destination string) steps.Notice {
	t.Helper()
	for deadline := time.Now().Add(patient); time.Now().Before(deadline); {
		out, err := clients.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &notices, WaitTimeSeconds: 1, VisibilityTimeout: 1})
		require.NoError(t, err)
		for _, m := range out.Messages {
			var n steps.Notice
			require.NoError(t, json.Unmarshal([]byte(*m.Body), &n))
			if n.Report.Destination == destination {
				_, err := clients.queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &notices, ReceiptHandle: m.ReceiptHandle})
				require.NoError(t, err)
				return n
			}
		}
	}
	require.Fail(t, "nobody was told")
	return steps.Notice{}
}

func keys(n int) []string {
	k := make([]string, n)
	for i := range k {
		k[i] = fmt.Sprintf("rum/%03d", i)
	}
	return k
}
