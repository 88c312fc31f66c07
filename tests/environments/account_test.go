package environments

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/deployed"
	"github.com/rumline/rumline/tests/local"
)

// account is what both environments are in.
type account struct {
	s3         *s3.Client
	dynamodb   *dynamodb.Client
	cloudwatch *cloudwatch.Client
}

func connect(t *testing.T, stack *local.Stack) *account {
	t.Helper()
	config, err := stack.Config(t.Context())
	require.NoError(t, err)
	return &account{s3: s3.NewFromConfig(config), dynamodb: dynamodb.NewFromConfig(config), cloudwatch: cloudwatch.NewFromConfig(config)}
}

// emitted says how many metrics of the functions there are of each environment.
func (a *account) emitted(ctx context.Context, t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	pages := cloudwatch.NewListMetricsPaginator(a.cloudwatch, &cloudwatch.ListMetricsInput{Namespace: aws.String("Rumline")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		for _, m := range page.Metrics {
			for _, d := range m.Dimensions {
				if *d.Name == "Environment" {
					counts[*d.Value]++
				}
			}
		}
	}
	return counts
}

// requireNotDeleted: a bucket with data in it is not deleted, whoever asks for it.
func (a *account) requireNotDeleted(ctx context.Context, t *testing.T, bucket string) {
	t.Helper()
	_, err := a.s3.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
	var refused smithy.APIError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "BucketNotEmpty", refused.ErrorCode())
}

// requireData: after it was tried to destroy an environment, everything that was sent to it and delivered is there, with the ledger
// that says so and the key to it all.
func (a *account) requireData(ctx context.Context, t *testing.T, w *local.Workspace, e *deployed.Environment) {
	t.Helper()
	require.NoError(t, e.Compare(ctx))
	a.requireNotDeleted(ctx, t, e.RawBucket)
	kept := map[string]int{}
	for _, r := range resources(ctx, t, w) {
		kept[r.Type]++
		if r.Type == "aws_dynamodb_table" {
			name := r.AttributeValues["name"].(string)
			ledger, err := a.dynamodb.Scan(ctx, &dynamodb.ScanInput{TableName: &name})
			require.NoError(t, err)
			require.NotEmpty(t, ledger.Items)
		}
	}
	require.Equal(t, 1, kept["aws_dynamodb_table"], "the ledger")
	require.Equal(t, 1, kept["aws_kms_key"], "without it nothing can be read")
	require.GreaterOrEqual(t, kept["aws_s3_bucket"], 1+len(e.Outputs), "the raw events, and the outputs")
	require.Zero(t, kept["aws_lambda_function"], "it was not destroyed at all")
}
