package privilege_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

func TestPlanned(t *testing.T) {
	planned, err := privilege.Planned(`{"States":{
		"Stop":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:lambda:updateEventSourceMapping","Parameters":{"Uuid.$":"$.m"}},
		"Disarm":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:eventbridge:disableRule"},
		"Later":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution"},
		"Report":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:cloudwatch:putMetricData","Parameters":{"Namespace":"Rumline"}},
		"Lanes":{"Type":"Map","ItemProcessor":{"States":{
			"Step":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"arn:f"}},
			"Probe":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName.$":"$.f"}}}}},
		"Both":{"Type":"Parallel","Branches":[{"States":{"Again":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution"}}}]}}}`)
	require.NoError(t, err)
	require.Equal(t, []privilege.Access{
		{Action: "cloudwatch:PutMetricData", Resource: "*", Key: "cloudwatch:namespace", Value: "Rumline"},
		{Action: "events:DisableRule", Resource: privilege.Some},
		{Action: "lambda:InvokeFunction", Resource: privilege.Some},
		{Action: "lambda:InvokeFunction", Resource: "arn:f"},
		{Action: "lambda:UpdateEventSourceMapping", Resource: privilege.Some},
		{Action: "states:StartExecution", Resource: privilege.Some},
	}, planned)

	for name, definition := range map[string]string{
		"no JSON":         `{`,
		"another service": `{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:f"}`,
		"no operation":    `[{"Type":"Task","Resource":"arn:aws:states:::lambda:"}]`,
	} {
		_, err := privilege.Planned(definition)
		require.Error(t, err, name)
	}
}

func TestKeys(t *testing.T) {
	const key = "arn:aws:kms:eu-west-1:123456789012:key/k"
	keys := privilege.Keys{"arn:aws:s3:::raw": key, "arn:aws:dynamodb:eu-west-1:123456789012:table/t": key, "arn:q": key}
	via := func(action, service string) privilege.Access {
		return privilege.Access{Action: action, Resource: key, Key: "kms:ViaService", Value: service + ".eu-west-1.amazonaws.com"}
	}
	for _, c := range []struct {
		needed privilege.Access
		more   []privilege.Access
	}{
		{privilege.Access{Action: "s3:GetObjectVersion", Resource: "arn:aws:s3:::raw/rum/a"}, []privilege.Access{via("kms:Decrypt", "s3")}},
		{privilege.Access{Action: "s3:PutObject", Resource: "arn:aws:s3:::raw/a"}, []privilege.Access{via("kms:GenerateDataKey", "s3")}},
		{privilege.Access{Action: "s3:PutObject", Resource: "arn:aws:s3:::raw/a", Key: "(upload)", Value: "parts"}, []privilege.Access{via("kms:Decrypt", "s3"), via("kms:GenerateDataKey", "s3")}},
		{privilege.Access{Action: "s3:ListBucket", Resource: "arn:aws:s3:::raw"}, nil},
		{privilege.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::other/a"}, nil},
		{privilege.Access{Action: "dynamodb:Query", Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i"}, []privilege.Access{via("kms:Decrypt", "dynamodb")}},
		{privilege.Access{Action: "sqs:ReceiveMessage", Resource: "arn:q"}, []privilege.Access{via("kms:Decrypt", "sqs")}},
		{privilege.Access{Action: "sqs:DeleteMessage", Resource: "arn:q"}, nil},
	} {
		require.ElementsMatch(t, append(c.more, c.needed), keys.With([]privilege.Access{c.needed}), c.needed.String())
	}
}
