package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

// unexercised are the rights that no call on the local stack needs, each with the reason why it stays. Roles are called by what is
// behind rumline-<workspace>- in their names.
func unexercised(destinations []string) []privilege.Exception {
	functions := slices.Concat(destinations, []string{"replay", "notify", "migrate"})
	machines := []string{"replay-states", "breaker"}
	return []privilege.Exception{
		{
			Roles: functions, Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: "arn:aws:logs:*:*:log-group:/aws/lambda/rumline-*",
			Reason: "Lambda writes a function's logs under its role; the local stack's writes none",
		},
		{
			Roles: functions, Actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, Resource: "*",
			Reason: "Lambda writes a function's traces under its role; the local stack's writes none",
		},
		{
			Roles: functions, Actions: []string{"kms:Decrypt"}, Resource: "arn:aws:kms:*:*:key/*", Condition: "kms:ViaService=lambda.*.amazonaws.com",
			Reason: "Lambda decrypts a function's variables under its role; the local stack's does not encrypt them",
		},
		{
			Roles: machines, Resource: "*",
			Actions: []string{
				"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
				"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
			},
			Reason: "Step Functions has a machine's logs delivered under its role; the local stack's writes none",
		},
		{
			Roles: machines, Resource: "*",
			Actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"},
			Reason:  "Step Functions writes a machine's traces under its role; the local stack's writes none",
		},
		{
			Roles: destinations, Actions: []string{"sqs:GetQueueAttributes"}, Resource: "arn:aws:sqs:*:*:rumline-*",
			Reason: "Lambda refuses an event source mapping without it (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)",
		},
		{
			Roles: []string{"replay"}, Actions: []string{"ssm:GetParametersByPath"}, Resource: "arn:aws:ssm:*:*:parameter/rumline/*",
			Reason: "Parameter Store does not say whether the slash at the end of a path belongs to its ARN, so both stand there",
		},
	}
}

// TestExceptionsAreNarrow: what is excused is named.
func TestExceptionsAreNarrow(t *testing.T) {
	all := unexercised([]string{"json"})
	require.NotEmpty(t, all)
	require.NoError(t, privilege.CheckExceptions(all))
}
