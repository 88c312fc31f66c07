package e2e

import "github.com/rumline/rumline/tests/privilege"

// unexercised are the rights that no call on the local stack needs, each with the reason why it stays.
var unexercised = []privilege.Exception{
	{Role: "*", Action: "logs:*", Resource: "*", Reason: "Lambda and Step Functions write logs themselves; the local stack's write none"},
	{Role: "*", Action: "xray:*", Resource: "*", Reason: "Lambda and Step Functions write traces themselves; the local stack's write none"},
	{
		Role: "*", Action: "sqs:GetQueueAttributes", Resource: "*", Sometimes: true,
		Reason: "Lambda refuses an event source mapping without it (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)",
	},
	{
		Role: "*", Action: "s3:AbortMultipartUpload", Resource: "*", Sometimes: true,
		Reason: "an upload is broken off when its batch fails in the middle of a large file; the fault tests do that",
	},
	{
		Role: "*-replay", Action: "ssm:GetParametersByPath", Resource: "*/rumline/*", Sometimes: true,
		Reason: "Parameter Store does not say whether the slash at the end of a path belongs to its ARN, so both stand there",
	},
	{
		Role: "*-replay", Action: "states:*", Resource: "*", Sometimes: true,
		Reason: "a replay starts the next one when its queue is long, and asks after another one when both want the same turn",
	},
	{
		Role: "*-replay", Action: "dynamodb:GetItem", Resource: "*", Sometimes: true,
		Reason: "a replay looks at who has the turn when another one has it",
	},
	{
		Role: "*", Action: "s3:GetObject", Resource: "*", Sometimes: true,
		Reason: "a message without a version is a backfill's or a person's: the bucket's own notifications all have one",
	},
	{
		Role: "*", Action: "kms:*", Resource: "*", Sometimes: true,
		Reason: "one statement lets every function use the environment's key, for whatever it is given that is encrypted with it",
	},
}
