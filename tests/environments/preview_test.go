package environments

import (
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

// TestEveryEnvironmentCanBePlanned: what the README says of the environments is what Terraform would make of them.
func TestEveryEnvironmentCanBePlanned(t *testing.T) {
	t.Parallel()
	stack := start(t)
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	for environment, want := range map[string]struct {
		concurrency  float64
		forceDestroy bool
	}{"dev": {5, true}, "preprod": {10, false}, "prod": {20, false}} {
		t.Run(environment, func(t *testing.T) {
			plan, text, err := stack.Preview(t.Context(), filepath.Join(root, "dist", "local"), environment)
			require.NoError(t, err)
			require.Contains(t, text, "0 to change, 0 to destroy")
			require.Equal(t, []any{want.concurrency, want.concurrency, want.concurrency}, destinations(plan, "reserved_concurrent_executions"))
			buckets := planned(plan, "aws_s3_bucket")
			require.NotEmpty(t, buckets)
			delete(buckets, "module.athena[0].module.results.aws_s3_bucket.main") // a query can be asked again
			for name, bucket := range buckets {
				require.Equal(t, want.forceDestroy, bucket["force_destroy"], name)
			}
			for name, table := range planned(plan, "aws_dynamodb_table") {
				require.Equal(t, !want.forceDestroy, table["deletion_protection_enabled"], name)
			}
		})
	}
}

// planned are the resources of a type that a plan would make, by address.
func planned(plan *tfjson.Plan, kind string) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, change := range plan.ResourceChanges {
		if change.Type == kind && change.Mode == tfjson.ManagedResourceMode {
			all[change.Address], _ = change.Change.After.(map[string]any)
		}
	}
	return all
}

// destinations are an attribute's values of the destinations' functions.
func destinations(plan *tfjson.Plan, attribute string) (values []any) {
	for address, function := range planned(plan, "aws_lambda_function") {
		if matched, _ := filepath.Match("module.destination*", address); matched {
			values = append(values, function[attribute])
		}
	}
	return values
}
