package localaws_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

// The whole way: an object, its notification, the topic, the queue, and a function.
func TestObjectReachesFunction(t *testing.T) {
	t.Parallel()
	name := unique(t)
	bodies := make(chan string, 10)
	prepare(t)
	_, err := lambdas().CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(role), Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
		Timeout: aws.Int32(60), Code: &lambdatypes.FunctionCode{ZipFile: lambdahosttest.Zip(t, "in the call")},
		Environment: &lambdatypes.Environment{Variables: map[string]string{
			"PROBE_URL": lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
				for _, m := range records(e) {
					bodies <- m.Body
				}
				return lambdahosttest.Reply{Body: "{}"}
			}),
		}},
	})
	require.NoError(t, err)
	q := newQueue(t, 60, 3)
	mapping(t, q, name, nil)
	topic, err := topics().CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &name})
	require.NoError(t, err)
	_, err = topics().Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &q.arn,
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	require.NoError(t, err)
	raw := bucket(t, "raw")
	_, err = buckets().PutBucketNotificationConfiguration(t.Context(), &s3.PutBucketNotificationConfigurationInput{
		Bucket: &raw, NotificationConfiguration: &s3types.NotificationConfiguration{
			TopicConfigurations: []s3types.TopicConfiguration{{TopicArn: topic.TopicArn, Events: []s3types.Event{"s3:ObjectCreated:*"}}},
		},
	})
	require.NoError(t, err)
	assert.Contains(t, next(t, bodies), "s3:TestEvent")

	put(t, raw, "rum/a b.ndjson", []byte("{}"))
	var notification struct {
		Records []struct {
			S3 struct {
				Object struct{ Key string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(next(t, bodies)), &notification))
	require.Len(t, notification.Records, 1)
	key, err := url.QueryUnescape(notification.Records[0].S3.Object.Key)
	require.NoError(t, err)
	assert.Equal(t, "rum/a b.ndjson", key)
}

func TestInvokeAPI(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		var do string
		if json.Unmarshal(e.Payload, &do) != nil {
			return lambdahosttest.Reply{Body: string(e.Payload)}
		}
		switch do {
		case "block":
			arrived <- struct{}{}
			<-release
		case "event":
			arrived <- struct{}{}
		}
		return lambdahosttest.Reply{Do: do, Body: `"` + e.Info.Get("Version") + `"`, Print: []string{"a line"}}
	})
	_, err := lambdas().PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &name})
	require.NoError(t, err)
	_, err = lambdas().CreateAlias(t.Context(), &lambda.CreateAliasInput{
		FunctionName: &name, Name: aws.String("live"), FunctionVersion: aws.String("1"),
	})
	require.NoError(t, err)
	call := func(payload string, change func(*lambda.InvokeInput)) (*lambda.InvokeOutput, error) {
		in := &lambda.InvokeInput{FunctionName: &name, Payload: []byte(payload)}
		if change != nil {
			change(in)
		}
		return lambdas().Invoke(t.Context(), in)
	}

	t.Run("synchronous, with the log's tail", func(t *testing.T) {
		out, err := call(`"x"`, func(in *lambda.InvokeInput) { in.LogType = lambdatypes.LogTypeTail })
		require.NoError(t, err)
		assert.Equal(t, `"$LATEST"`, string(out.Payload))
		assert.Equal(t, "$LATEST", *out.ExecutedVersion)
		assert.Nil(t, out.FunctionError)
		tail, err := base64.StdEncoding.DecodeString(*out.LogResult)
		require.NoError(t, err)
		assert.Contains(t, string(tail), "\na line\n")
	})
	t.Run("an alias", func(t *testing.T) {
		out, err := call(`"x"`, func(in *lambda.InvokeInput) { in.Qualifier = aws.String("live") })
		require.NoError(t, err)
		assert.Equal(t, `"1"`, string(out.Payload))
		assert.Equal(t, "1", *out.ExecutedVersion)
	})
	t.Run("an error of the function", func(t *testing.T) {
		out, err := call(`"error"`, nil)
		require.NoError(t, err)
		assert.Equal(t, "Unhandled", *out.FunctionError)
		assert.Nil(t, out.LogResult)
	})
	t.Run("dry run", func(t *testing.T) {
		out, err := call(`"event"`, func(in *lambda.InvokeInput) { in.InvocationType = lambdatypes.InvocationTypeDryRun })
		require.NoError(t, err)
		assert.Equal(t, int32(http.StatusNoContent), out.StatusCode)
	})
	t.Run("asynchronous", func(t *testing.T) {
		out, err := call(`"event"`, func(in *lambda.InvokeInput) { in.InvocationType = lambdatypes.InvocationTypeEvent })
		require.NoError(t, err)
		assert.Equal(t, int32(http.StatusAccepted), out.StatusCode)
		next(t, arrived)
	})
	t.Run("nobody there", func(t *testing.T) {
		_, err := call(`1`, func(in *lambda.InvokeInput) { in.FunctionName = aws.String("nobody") })
		var missing *lambdatypes.ResourceNotFoundException
		require.ErrorAs(t, err, &missing)
	})
	t.Run("throttled", func(t *testing.T) {
		_, err := lambdas().PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
			FunctionName: &name, ReservedConcurrentExecutions: aws.Int32(1),
		})
		require.NoError(t, err)
		blocked := make(chan error, 1)
		go func() {
			_, err := call(`"block"`, nil)
			blocked <- err
		}()
		next(t, arrived)
		_, err = call(`"x"`, nil)
		var throttled *lambdatypes.TooManyRequestsException
		require.ErrorAs(t, err, &throttled)
		assert.Equal(t, lambdatypes.ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded, throttled.Reason)
		close(release)
		require.NoError(t, next(t, blocked))
	})
	t.Run("a state machine", func(t *testing.T) {
		definition, err := json.Marshal(map[string]any{"StartAt": "Call", "States": map[string]any{"Call": map[string]any{
			"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, "OutputPath": "$.Payload",
			"Parameters": map[string]any{"FunctionName": name, "Payload": map[string]any{"from": "states"}},
		}}})
		require.NoError(t, err)
		machine := states(t, "CreateStateMachine", map[string]any{
			"name": "machine-" + strconv.Itoa(int(sequence.Add(1))), "definition": string(definition), "roleArn": role,
		})["stateMachineArn"]
		for range 2 { // the second start of a machine is what moto needs mending for
			execution := states(t, "StartExecution", map[string]any{"stateMachineArn": machine, "input": "{}"})["executionArn"]
			require.EventuallyWithT(t, func(c *assert.CollectT) {
				out := states(t, "DescribeExecution", map[string]any{"executionArn": execution})
				require.Equal(c, "SUCCEEDED", out["status"], "%v", out)
				assert.JSONEq(c, `{"from":"states"}`, fmt.Sprint(out["output"]))
			}, patient, 50*time.Millisecond)
		}
	})
}

func states(t *testing.T, action string, in map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(in)
	require.NoError(t, err)
	status, answer := post(t, "states", "AWSStepFunctions."+action, "application/x-amz-json-1.0", string(body))
	require.Equal(t, http.StatusOK, status, answer)
	var out map[string]any
	require.NoError(t, json.Unmarshal([]byte(answer), &out))
	return out
}

func TestStateMachineAnswers(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]any{"result": "OK", "diagnostics": []any{}, "truncated": false},
		states(t, "ValidateStateMachineDefinition", map[string]any{"definition": "{}"}))
	assert.Equal(t, map[string]any{"stateMachineVersions": []any{}},
		states(t, "ListStateMachineVersions", map[string]any{"stateMachineArn": "arn"}))
}

func TestFunctionSettingsAreKept(t *testing.T) {
	t.Parallel()
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		return lambdahosttest.Reply{Body: `"` + e.Info.Get("Label") + `"`}
	})
	_, err := lambdas().UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName:     &name,
		LoggingConfig:    &lambdatypes.LoggingConfig{LogFormat: lambdatypes.LogFormatJson},
		DeadLetterConfig: &lambdatypes.DeadLetterConfig{TargetArn: aws.String("arn:aws:sqs:us-east-1:123456789012:dlq")},
		MemorySize:       aws.Int32(512),
	})
	require.NoError(t, err)
	_, err = lambdas().PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
		FunctionName: &name, ReservedConcurrentExecutions: aws.Int32(0),
	})
	require.NoError(t, err)
	got, err := lambdas().GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: &name})
	require.NoError(t, err)
	assert.Equal(t, int32(512), *got.Configuration.MemorySize)
	assert.Equal(t, lambdatypes.LogFormatJson, got.Configuration.LoggingConfig.LogFormat)
	assert.Equal(t, "/aws/lambda/"+name, *got.Configuration.LoggingConfig.LogGroup)
	assert.Equal(t, "arn:aws:sqs:us-east-1:123456789012:dlq", *got.Configuration.DeadLetterConfig.TargetArn)
	assert.Equal(t, int32(0), *got.Concurrency.ReservedConcurrentExecutions)

	_, err = lambdas().DeleteFunctionConcurrency(t.Context(), &lambda.DeleteFunctionConcurrencyInput{FunctionName: &name})
	require.NoError(t, err)
	_, err = lambdas().UpdateFunctionCode(t.Context(), &lambda.UpdateFunctionCodeInput{
		FunctionName: &name, ZipFile: lambdahosttest.ZipOf(t, "other", 0o755, []byte("x"), ""),
	})
	require.NoError(t, err)
	out, err := lambdas().Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &name})
	require.NoError(t, err)
	assert.Contains(t, string(out.Payload), "couldn't find valid bootstrap", "the new code runs")
	_, err = lambdas().DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: &name})
	require.NoError(t, err)
	_, err = lambdas().Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &name})
	var missing *lambdatypes.ResourceNotFoundException
	require.ErrorAs(t, err, &missing)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 60, 3)
	name := deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply { return lambdahosttest.Reply{} })
	mapping(t, q, name, nil)
	other, otherARN := createQueue(t, unique(t), nil)
	require.NotEmpty(t, other)
	create := func(change func(*lambda.CreateEventSourceMappingInput)) func() error {
		return func() error {
			in := &lambda.CreateEventSourceMappingInput{FunctionName: &name, EventSourceArn: &otherARN, BatchSize: aws.Int32(10)}
			change(in)
			_, err := lambdas().CreateEventSourceMapping(t.Context(), in)
			return err
		}
	}
	tests := []struct {
		name, code, message string
		call                func() error
	}{
		{"filter criteria", "InvalidParameterValueException", "filter criteria", create(func(in *lambda.CreateEventSourceMappingInput) {
			in.FilterCriteria = &lambdatypes.FilterCriteria{Filters: []lambdatypes.Filter{{Pattern: aws.String(`{}`)}}}
		})},
		{"a large batch without a window", "InvalidParameterValueException", "batch window", create(func(in *lambda.CreateEventSourceMappingInput) {
			in.BatchSize = aws.Int32(11)
		})},
		{"a maximum concurrency of one", "InvalidParameterValueException", "not within 2 and 1000", create(func(in *lambda.CreateEventSourceMappingInput) {
			in.ScalingConfig = &lambdatypes.ScalingConfig{MaximumConcurrency: aws.Int32(1)}
		})},
		{"a mapping twice", "ResourceConflictException", "already exists", create(func(in *lambda.CreateEventSourceMappingInput) {
			in.EventSourceArn = &q.arn
		})},
		{"another runtime", "InvalidParameterValueException", "provided.al2023 only", func() error {
			_, err := lambdas().CreateFunction(t.Context(), &lambda.CreateFunctionInput{
				FunctionName: aws.String("python"), Role: aws.String(role), Runtime: "python3.13", Handler: aws.String("x"),
				Code: &lambdatypes.FunctionCode{ZipFile: lambdahosttest.ZipOf(t, "bootstrap", 0o755, []byte("x"), "")},
			})
			return err
		}},
		{"code that is not there", "InvalidParameterValueException", "nowhere", func() error {
			_, err := lambdas().UpdateFunctionCode(t.Context(), &lambda.UpdateFunctionCodeInput{
				FunctionName: &name, S3Bucket: aws.String("nowhere"), S3Key: aws.String("x"),
			})
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.call()
			var api smithy.APIError
			require.ErrorAs(t, err, &api)
			assert.Equal(t, tt.code, api.ErrorCode())
			assert.Contains(t, api.ErrorMessage(), tt.message)
		})
	}
}

func TestQueueAttributes(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 60, 3)
	const allow = `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:123456789012:x"]}`
	_, err := queues().SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &q.dlqURL, Attributes: map[string]string{"RedriveAllowPolicy": allow},
	})
	require.NoError(t, err)
	get := func(queueURL string, names ...sqstypes.QueueAttributeName) map[string]string {
		out, err := queues().GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &queueURL, AttributeNames: names})
		require.NoError(t, err)
		return out.Attributes
	}
	assert.Equal(t, map[string]string{"RedriveAllowPolicy": allow}, get(q.dlqURL, "RedriveAllowPolicy"))
	assert.Equal(t, allow, get(q.dlqURL, "All")["RedriveAllowPolicy"]) //nolint:testifylint // byte for byte
	assert.NotContains(t, get(q.dlqURL, "VisibilityTimeout"), "RedriveAllowPolicy")
	assert.Empty(t, get(q.url, "RedriveAllowPolicy"))
	assert.Equal(t, fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":3}`, q.dlqARN),
		get(q.url, "RedrivePolicy")["RedrivePolicy"])
}

func TestBucketPolicyDoesNotLockUsOut(t *testing.T) {
	t.Parallel()
	tlsOnly := `{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	allow := `{"Sid":"Read","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%[1]s/*"}`
	tests := []struct{ name, statements string }{
		{"tls-only", "[" + tlsOnly + "]"},
		{"tls-single", tlsOnly},
		{"tls-and-more", "[" + tlsOnly + "," + allow + "]"},
		{"no-tls", "[" + allow + "]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := bucket(t, tt.name)
			policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":`+tt.statements+`}`, name)
			_, err := buckets().PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &name, Policy: &policy})
			require.NoError(t, err)
			got, err := buckets().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &name})
			require.NoError(t, err)
			assert.JSONEq(t, policy, *got.Policy)
			put(t, name, "key", []byte("x"))
			_, err = buckets().DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &name})
			require.NoError(t, err)
			_, err = buckets().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &name})
			require.Error(t, err, "it is gone")
		})
	}
}

func TestLargeObjectsPassThrough(t *testing.T) {
	t.Parallel()
	name := bucket(t, "large")
	body := make([]byte, 12<<20)
	_, err := rand.Read(body)
	require.NoError(t, err)
	put(t, name, "large", body)
	out, err := buckets().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &name, Key: aws.String("large")})
	require.NoError(t, err)
	defer out.Body.Close()
	got, err := io.ReadAll(out.Body)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(body, got))
}

func bucket(t *testing.T, name string) string {
	t.Helper()
	name = strings.ToLower(strings.Split(t.Name(), "/")[0]) + "-" + name + "-" + strconv.Itoa(int(sequence.Add(1)))
	_, err := buckets().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name})
	require.NoError(t, err)
	return name
}

func put(t *testing.T, bucket, key string, body []byte) {
	t.Helper()
	_, err := buckets().PutObject(context.WithoutCancel(t.Context()), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(body),
	})
	require.NoError(t, err)
}
