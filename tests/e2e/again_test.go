package e2e

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/require"
)

// announceAgain has the topic tell all destinations of every object once more, in another order and company than before.
func (p *pipeline) announceAgain(t *testing.T) {
	t.Helper()
	clients, err := p.Config(t.Context())
	require.NoError(t, err)
	topic := sns.NewFromConfig(clients)
	pages := s3.NewListObjectVersionsPaginator(p.s3, &s3.ListObjectVersionsInput{Bucket: &p.deployment.RawBucket})
	announced := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, v := range page.Versions {
			_, err := topic.Publish(t.Context(), &sns.PublishInput{
				TopicArn: &p.deployment.TopicARN,
				Message: aws.String(notification(t, p.deployment.RawBucket, aws.ToString(v.Key), aws.ToString(v.VersionId),
					aws.ToString(v.ETag), aws.ToInt64(v.Size))),
			})
			require.NoError(t, err)
			announced++
		}
	}
	require.Greater(t, announced, 300)
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
}

// notification is S3's message about a new object.
func notification(t *testing.T, bucket, key, version, etag string, size int64) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventName": "ObjectCreated:Put",
		"s3": map[string]any{
			"bucket": map[string]any{"name": bucket},
			"object": map[string]any{"key": url.QueryEscape(key), "versionId": version, "eTag": etag, "size": size},
		},
	}}})
	require.NoError(t, err)
	return string(text)
}
