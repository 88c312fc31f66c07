package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/privilege"
)

// boundary is what the roles of a workspace may do at most, as terraform/bootstrap has it for an account.
func boundary(t *testing.T, workspace string) []*privilege.Policy {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	template, err := os.ReadFile(filepath.Join(root, "terraform", "bootstrap", "boundary.json.tftpl"))
	require.NoError(t, err)
	document := strings.NewReplacer(
		"${partition}", "aws", "${region}", local.Region, "${account_id}", local.Account, "${environment}", workspace,
	).Replace(string(template))
	require.NotContains(t, document, "${")
	policy, err := privilege.ParsePolicy(document)
	require.NoError(t, err)
	return []*privilege.Policy{policy}
}

// TestBoundary: nobody within it reaches another environment, the state, or what gives rights.
func TestBoundary(t *testing.T) {
	within := boundary(t, "dev")
	const object = "arn:aws:s3:::rumline-dev-raw-123456789012/rum/a"
	require.True(t, privilege.Allows(within, privilege.Access{Action: "s3:GetObject", Resource: object}))
	for _, refused := range []privilege.Access{
		{Action: "s3:DeleteObject", Resource: object},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::rumline-prod-raw-123456789012/rum/a"},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::rumline-state-123456789012/rumline/dev/terraform.tfstate"},
		{Action: "s3:PutObject", Resource: "arn:aws:s3:::rumline-artifacts-123456789012/functions/json/0.zip"},
		{Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::123456789012:role/rumline-dev-json"},
		{Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/rumline-deploy-dev"},
		{Action: "lambda:UpdateFunctionCode", Resource: "arn:aws:lambda:us-east-1:123456789012:function:rumline-dev-json"},
		{Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:123456789012:key/k"},
		{Action: "cloudwatch:PutMetricData", Resource: "*", Key: "cloudwatch:namespace", Value: "AWS/SQS"},
	} {
		require.False(t, privilege.Allows(within, refused), refused.String())
	}
}
