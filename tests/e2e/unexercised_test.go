package e2e

import "github.com/rumline/rumline/tests/privilege"

// unexercised are the rights that no call on the local stack needs, each with the reason why it stays.
var unexercised = []privilege.Exception{
	{Role: "*", Action: "logs:*", Resource: "*", Reason: "Lambda and Step Functions write logs themselves; the local stack's write none"},
	{Role: "*", Action: "xray:*", Resource: "*", Reason: "Lambda and Step Functions write traces themselves; the local stack's write none"},
	{
		Role: "*", Action: "sqs:GetQueueAttributes", Resource: "*",
		Reason: "Lambda refuses an event source mapping without it (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)",
	},
}
