package privilege_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

func parse(t *testing.T, documents ...string) (policies []*privilege.Policy) {
	t.Helper()
	for _, document := range documents {
		p, err := privilege.ParsePolicy(document)
		require.NoError(t, err)
		policies = append(policies, p)
	}
	return policies
}

func TestAllows(t *testing.T) {
	get := privilege.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/rum/2026/a.ndjson"}
	put := privilege.Access{Action: "cloudwatch:PutMetricData", Resource: "*", Key: "cloudwatch:namespace", Value: "Rumline"}
	for name, c := range map[string]struct {
		statements string
		access     privilege.Access
		want       bool
	}{
		"exact":                  {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::raw/rum/2026/a.ndjson"}`, get, true},
		"one of lists":           {`{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":["x","arn:aws:s3:::raw/rum/*"]}`, get, true},
		"case of the action":     {`{"Effect":"Allow","Action":"S3:getobject","Resource":"*"}`, get, true},
		"case of the resource":   {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::RAW/*"}`, get, false},
		"any action of a kind":   {`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`, get, true},
		"star in the middle":     {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::*/rum/*.ndjson"}`, get, true},
		"question mark":          {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::ra?/rum/2026/?.ndjson"}`, get, true},
		"question mark too many": {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::raw?/rum/*"}`, get, false},
		"another action":         {`{"Effect":"Allow","Action":"s3:GetObjectVersion","Resource":"*"}`, get, false},
		"another prefix":         {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::raw/rumble/*"}`, get, false},
		"the bucket alone":       {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::raw"}`, get, false},
		"nothing":                {``, get, false},
		"denied":                 {`{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, get, false},
		"something else denied":  {`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}`, get, true},
		"all but this action":    {`{"Effect":"Allow","NotAction":"s3:Get*","Resource":"*"}`, get, false},
		"all but another action": {`{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}`, get, true},
		"all but its resource":   {`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::raw/*"}`, get, false},
		"condition holds":        {`{"Effect":"Allow","Action":"cloudwatch:PutMetricData","Resource":"*","Condition":{"StringEquals":{"cloudwatch:namespace":"Rumline"}}}`, put, true},
		"condition of several":   {`{"Effect":"Allow","Action":"cloudwatch:PutMetricData","Resource":"*","Condition":{"StringLike":{"cloudwatch:namespace":["x","Rum*"]}}}`, put, true},
		"condition fails":        {`{"Effect":"Allow","Action":"cloudwatch:PutMetricData","Resource":"*","Condition":{"StringEquals":{"cloudwatch:namespace":"rumline"}}}`, put, false},
		"condition on nothing":   {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/x":"y"}}}`, get, false},
		"some resource":          {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::raw/*"}`, privilege.Access{Action: "s3:GetObject", Resource: privilege.Some}, true},
	} {
		t.Run(name, func(t *testing.T) {
			policies := parse(t, `{"Version":"2012-10-17","Statement":[`+c.statements+`]}`)
			require.Equal(t, c.want, privilege.Allows(policies, c.access))
			missing := privilege.Missing(policies, []privilege.Access{c.access})
			assert.Equal(t, c.want, len(missing) == 0)
		})
	}
}

func TestAllowsByOneOfSeveralPolicies(t *testing.T) {
	policies := parse(
		t,
		`{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`,
	)
	require.True(t, privilege.Allows(policies, privilege.Access{Action: "s3:GetObject", Resource: "x"}))
	require.False(t, privilege.Allows(policies, privilege.Access{Action: "s3:PutObject", Resource: "x"}))
}

func TestParsePolicyRefusesWhatItCannotEvaluate(t *testing.T) {
	for name, document := range map[string]string{
		"no JSON":           `{`,
		"effect":            `{"Statement":{"Effect":"allow","Action":"a:b","Resource":"*"}}`,
		"no action":         `{"Statement":{"Effect":"Allow","Resource":"*"}}`,
		"two kinds":         `{"Statement":{"Effect":"Allow","Action":"a:b","NotAction":"a:c","Resource":"*"}}`,
		"no resource":       `{"Statement":{"Effect":"Allow","Action":"a:b"}}`,
		"unknown condition": `{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := privilege.ParsePolicy(document)
			require.Error(t, err)
		})
	}
}

func TestUnused(t *testing.T) {
	policies := parse(t, `{"Statement":[
		{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]},
		{"Sid":"Not","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"},
		{"Sid":"Wide","Effect":"Allow","NotAction":"iam:*","Resource":"*"}]}`)
	used := []privilege.Access{
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::a/1"},
		{Action: "s3:GetObjectVersion", Resource: "arn:aws:s3:::b/1"},
	}
	unused := privilege.Unused("r", policies, used)
	require.Equal(t, []privilege.Right{
		{"r", "Read", "s3:GetObject", "arn:aws:s3:::b/*", ""},
		{"r", "Read", "s3:GetObjectVersion", "arn:aws:s3:::a/*", ""},
		{"r", "Wide", "all but iam:*", "*", ""},
	}, unused)
	require.Equal(t, "r Read: s3:GetObject on arn:aws:s3:::b/*", unused[0].String())
}

func TestUnusedByCondition(t *testing.T) {
	policies := parse(t, `{"Statement":{"Sid":"Key","Effect":"Allow","Action":["kms:Decrypt","kms:Encrypt"],"Resource":"arn:k",
		"Condition":{"StringEquals":{"kms:ViaService":["s3","sqs"]}}}}`)
	unused := privilege.Unused("r", policies, []privilege.Access{
		{Action: "kms:Decrypt", Resource: "arn:k", Key: "kms:ViaService", Value: "s3"},
		{Action: "kms:Encrypt", Resource: "arn:k", Key: "kms:ViaService", Value: "sns"},
	})
	require.Equal(t, []privilege.Right{
		{"r", "Key", "kms:Decrypt", "arn:k", "kms:ViaService=sqs"},
		{"r", "Key", "kms:Encrypt", "arn:k", "kms:ViaService=s3"},
		{"r", "Key", "kms:Encrypt", "arn:k", "kms:ViaService=sqs"},
	}, unused)
	require.Equal(t, "r Key: kms:Decrypt on arn:k with kms:ViaService=sqs", unused[0].String())
	require.Equal(t, privilege.Access{Action: "kms:Decrypt", Resource: "arn:k", Key: "kms:ViaService", Value: "sqs"}, unused[0].Access())
	require.True(t, privilege.Allows(policies, unused[0].Access()))
}

func TestTranslate(t *testing.T) {
	accesses := []privilege.Access{{Action: "s3:PutObject", Resource: "arn:aws:s3:::q/json/a"}, {Action: "sqs:ReceiveMessage", Resource: "arn:q"}}
	require.Equal(t, []privilege.Access{
		{Action: "s3:PutObject", Resource: "arn:aws:s3:::q/parquet/a"}, {Action: "sqs:ReceiveMessage", Resource: "arn:q"},
	}, privilege.Translate(accesses, "json", "parquet"))
	require.Equal(t, "arn:aws:s3:::q/json/a", accesses[0].Resource)
}
