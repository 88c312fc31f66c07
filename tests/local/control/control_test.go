package control_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	slackapi "github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/control"
)

// A second terminal finds the stack and breaks what is in it.
func TestRemote(t *testing.T) {
	project := t.TempDir() // of its own, since a stack may be running in the real one
	stack, err := local.Start(t.Context(), local.Options{Log: t.Output(), Alarms: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stack.Stop(context.WithoutCancel(t.Context()))) })
	clients, err := stack.Config(t.Context())
	require.NoError(t, err)
	buckets := s3.NewFromConfig(clients, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("raw")})
	require.NoError(t, err)
	queue, err := sqs.NewFromConfig(clients).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	dlq, err := sqs.NewFromConfig(clients).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("dlq")})
	require.NoError(t, err)
	secrets := secretsmanager.NewFromConfig(clients)
	for _, name := range []string{"dsn", "hook"} {
		_, err = secrets.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name})
		require.NoError(t, err)
	}
	d := &local.Deployment{
		Workspace: "local", RawBucket: "raw", RawPrefix: "rum/",
		Destinations: map[string]local.Destination{"json": {QueueURL: *queue.QueueUrl, DLQURL: *dlq.QueueUrl}},
		Secrets:      map[string]local.Secret{"clickhouse-dsn": {Name: "dsn"}, "slack-webhook": {Name: "hook"}},
	}
	require.NoError(t, os.WriteFile(filepath.Join(project, "go.mod"), nil, 0o600))
	t.Chdir(project)
	_, err = control.Find(t.Context())
	require.ErrorContains(t, err, "go tool task local")
	server, err := control.Start(t.Context(), stack, d)
	require.NoError(t, err)
	remote, err := control.Find(t.Context())
	require.NoError(t, err)
	assert.Equal(t, *d, remote.Deployment)
	assert.Equal(t, stack.AWS.URL(), remote.Endpoint)

	require.NoError(t, remote.Malformed(t.Context(), "json", 25))
	require.ErrorContains(t, remote.Malformed(t.Context(), "xml", 1), "json")
	depths, err := stack.Depths(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, 25, depths["json"].Queued)

	require.NoError(t, remote.Missing(t.Context(), 5))
	assert.Empty(t, keys(t, buckets))
	n, err := remote.Load(t.Context(), control.Load{Rate: 40, Events: 2, For: time.Second}, func(int) {})
	require.NoError(t, err)
	assert.Positive(t, n)
	assert.Len(t, keys(t, buckets), n)

	require.NoError(t, remote.Impatient(t.Context(), 2*time.Second))
	attributes, err := sqs.NewFromConfig(clients).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: queue.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	require.NoError(t, err)
	assert.Equal(t, "2", attributes.Attributes["VisibilityTimeout"])

	require.NoError(t, remote.StartOutage(t.Context()))
	require.ErrorContains(t, remote.StartOutage(t.Context()), "does not run")
	assert.Zero(t, stack.ClickHouse.PID())
	require.NoError(t, remote.EndOutage(t.Context()))
	assert.NotZero(t, stack.ClickHouse.PID())

	require.NoError(t, stack.PutSecrets(t.Context(), d))
	hook, err := secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("hook")})
	require.NoError(t, err)
	require.NoError(t, slackapi.PostWebhookContext(t.Context(), *hook.SecretString, &slackapi.WebhookMessage{Text: "broken"}))
	require.Len(t, stack.Slack(), 1)
	assert.Equal(t, "broken", stack.Slack()[0].Text)

	require.NoError(t, stack.Evaluate(t.Context(), time.Now()))
	require.NoError(t, server.Close(t.Context()))
	_, err = control.Find(t.Context())
	require.Error(t, err)
}

func keys(t *testing.T, buckets *s3.Client) (keys []string) {
	t.Helper()
	pages := s3.NewListObjectsV2Paginator(buckets, &s3.ListObjectsV2Input{Bucket: aws.String("raw")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys
}
