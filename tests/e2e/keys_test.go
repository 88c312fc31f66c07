package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

// keys asks AWS which keys of ours the resources are encrypted with that roles have called for.
func (p *pipeline) keys(t *testing.T) privilege.Keys {
	t.Helper()
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	var (
		topics  = sns.NewFromConfig(config)
		tables  = dynamodb.NewFromConfig(config)
		secrets = secretsmanager.NewFromConfig(config)
	)
	keys := privilege.Keys{}
	note := func(resource string, key *string) {
		// The keys that AWS manages need no right of ours.
		if k := aws.ToString(key); k != "" && !strings.Contains(k, "alias/aws/") {
			keys[resource] = p.keyARN(k)
		}
	}
	for _, resource := range p.called() {
		part := strings.Split(resource, ":")
		if len(part) < 6 {
			continue
		}
		switch name := part[5]; part[2] {
		case "s3":
			out, err := p.s3.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &name})
			require.NoError(t, err)
			for _, rule := range out.ServerSideEncryptionConfiguration.Rules {
				note(resource, rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID)
			}
		case "sqs":
			url, err := p.sqs.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &name})
			require.NoError(t, err)
			out, err := p.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
				QueueUrl: url.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
			})
			require.NoError(t, err)
			note(resource, aws.String(out.Attributes["KmsMasterKeyId"]))
		case "sns":
			out, err := topics.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &resource})
			require.NoError(t, err)
			note(resource, aws.String(out.Attributes["KmsMasterKeyId"]))
		case "dynamodb":
			out, err := tables.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(strings.TrimPrefix(name, "table/"))})
			require.NoError(t, err)
			if d := out.Table.SSEDescription; d != nil {
				note(resource, d.KMSMasterKeyArn)
			}
		case "secretsmanager":
			out, err := secrets.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &resource})
			require.NoError(t, err)
			note(resource, out.KmsKeyId)
		}
	}
	return keys
}

// called are the resources that roles have called for, in order; of a bucket, any object stands for all.
func (p *pipeline) called() []string {
	resources := map[string]bool{}
	for _, role := range p.calls.Roles() {
		if !strings.HasPrefix(role, "rumline-") {
			continue // the tests', and Terraform's
		}
		for _, a := range p.calls.Of(role) {
			resource := a.Resource
			if bucket, ok := strings.CutPrefix(resource, "arn:aws:s3:::"); ok {
				bucket, _, _ = strings.Cut(bucket, "/")
				resource = "arn:aws:s3:::" + bucket
			}
			resources[resource] = true
		}
	}
	return slices.Sorted(maps.Keys(resources))
}

// keyARN is a key's ARN, also if it was given by its ID.
func (p *pipeline) keyARN(key string) string {
	if strings.HasPrefix(key, "arn:") {
		return key
	}
	topic := strings.Split(p.deployment.TopicARN, ":")
	return strings.Join([]string{topic[0], topic[1], "kms", topic[3], topic[4], "key/" + key}, ":")
}
