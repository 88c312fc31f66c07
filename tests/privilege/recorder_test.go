package privilege_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

const account = "123456789012"

// request is a call that is signed by the role "me".
func request(method, target, service, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=me/20261128/eu-west-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// record has a recorder see a call that is answered with a status, and returns what it needed.
func record(t *testing.T, r *http.Request, status int) []privilege.Access {
	t.Helper()
	want, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	r.Body = io.NopCloser(bytes.NewReader(want))
	recorder := privilege.NewRecorder(account)
	answer := httptest.NewRecorder()
	recorder.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, string(want), string(got), "the call is passed on as it was")
		w.WriteHeader(status)
	})).ServeHTTP(answer, r)
	require.Equal(t, status, answer.Code)
	require.Equal(t, []string{"me"}, recorder.Roles())
	return recorder.Of("me")
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestRecorder(t *testing.T) {
	const target = "X-Amz-Target"
	dynamo := func(operation, body string) *http.Request {
		return request("POST", "/", "dynamodb", body, target, "DynamoDB_20120810."+operation)
	}
	table := func(action, rest string) privilege.Access {
		return privilege.Access{Action: "dynamodb:" + action, Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/" + rest}
	}
	on := func(action, resource string) privilege.Access {
		return privilege.Access{Action: action, Resource: resource}
	}
	inParts := privilege.Access{Action: "s3:PutObject", Resource: "arn:aws:s3:::lake/e/1", Key: "(upload)", Value: "parts"}
	metric := privilege.Access{Action: "cloudwatch:PutMetricData", Resource: "*", Key: "cloudwatch:namespace", Value: "Rumline"}
	const rpc = "/service/GraniteServiceVersion20100801/operation/PutMetricData"

	for name, c := range map[string]struct {
		request *http.Request
		status  int
		want    []privilege.Access
	}{
		"get":               {request("GET", "/raw/rum/a%20b?x-id=GetObject", "s3", ""), 200, []privilege.Access{on("s3:GetObject", "arn:aws:s3:::raw/rum/a b")}},
		"head":              {request("HEAD", "/raw/rum/a", "s3", ""), 200, []privilege.Access{on("s3:GetObject", "arn:aws:s3:::raw/rum/a")}},
		"get version":       {request("GET", "/raw/rum/a?versionId=1", "s3", ""), 206, []privilege.Access{on("s3:GetObjectVersion", "arn:aws:s3:::raw/rum/a")}},
		"get what is gone":  {request("GET", "/raw/rum/a", "s3", ""), 404, []privilege.Access{on("s3:GetObject", "arn:aws:s3:::raw/rum/a"), on("s3:ListBucket", "arn:aws:s3:::raw")}},
		"get tags":          {request("GET", "/raw/rum/a?tagging", "s3", ""), 200, []privilege.Access{on("s3:?GET object?tagging=", "?")}},
		"put":               {request("PUT", "/lake/e/1?x-id=PutObject", "s3", "body"), 200, []privilege.Access{on("s3:PutObject", "arn:aws:s3:::lake/e/1")}},
		"put with tags":     {request("PUT", "/lake/e/1", "s3", "", "X-Amz-Tagging", "a=b"), 200, []privilege.Access{on("s3:PutObject", "arn:aws:s3:::lake/e/1"), on("s3:PutObjectTagging", "arn:aws:s3:::lake/e/1")}},
		"copy":              {request("PUT", "/lake/e/1", "s3", "", "X-Amz-Copy-Source", "raw/rum/a?versionId=7"), 200, []privilege.Access{on("s3:GetObjectVersion", "arn:aws:s3:::raw/rum/a"), on("s3:PutObject", "arn:aws:s3:::lake/e/1")}},
		"upload":            {request("POST", "/lake/e/1?uploads", "s3", ""), 200, []privilege.Access{inParts}},
		"part":              {request("PUT", "/lake/e/1?partNumber=1&uploadId=u", "s3", "p"), 200, []privilege.Access{inParts}},
		"complete":          {request("POST", "/lake/e/1?uploadId=u", "s3", "<x/>"), 200, []privilege.Access{inParts}},
		"abort":             {request("DELETE", "/lake/e/1?uploadId=u", "s3", ""), 204, []privilege.Access{on("s3:AbortMultipartUpload", "arn:aws:s3:::lake/e/1")}},
		"delete":            {request("DELETE", "/lake/e/1", "s3", ""), 204, []privilege.Access{on("s3:DeleteObject", "arn:aws:s3:::lake/e/1")}},
		"delete version":    {request("DELETE", "/lake/e/1?versionId=1", "s3", ""), 204, []privilege.Access{on("s3:DeleteObjectVersion", "arn:aws:s3:::lake/e/1")}},
		"put an ACL":        {request("PUT", "/lake/e/1?acl", "s3", ""), 200, []privilege.Access{on("s3:?PUT object?acl=", "?")}},
		"list":              {request("GET", "/lake?list-type=2&prefix=e", "s3", ""), 200, []privilege.Access{on("s3:ListBucket", "arn:aws:s3:::lake")}},
		"list versions":     {request("GET", "/lake?versions", "s3", ""), 200, []privilege.Access{on("s3:ListBucketVersions", "arn:aws:s3:::lake")}},
		"bucket policy":     {request("GET", "/lake?policy", "s3", ""), 200, []privilege.Access{on("s3:?GET bucket?policy=", "?")}},
		"item":              {dynamo("PutItem", `{"TableName":"t","Item":{}}`), 200, []privilege.Access{table("PutItem", "t")}},
		"index":             {dynamo("Query", `{"TableName":"t","IndexName":"i"}`), 200, []privilege.Access{table("Query", "t/index/i")}},
		"table by its ARN":  {dynamo("GetItem", `{"TableName":"arn:aws:dynamodb:x:1:table/t"}`), 200, []privilege.Access{on("dynamodb:GetItem", "arn:aws:dynamodb:x:1:table/t")}},
		"batch":             {dynamo("BatchGetItem", `{"RequestItems":{"a":{},"b":{}}}`), 200, []privilege.Access{table("BatchGetItem", "a"), table("BatchGetItem", "b")}},
		"transaction":       {dynamo("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"a"}},{"ConditionCheck":{"TableName":"b"}}]}`), 200, []privilege.Access{table("ConditionCheckItem", "b"), table("PutItem", "a")}},
		"statement":         {dynamo("ExecuteStatement", `{"Statement":"select * from \"t\".\"i\" where id=?"}`), 200, []privilege.Access{table("PartiQLSelect", "t/index/i")}},
		"statements":        {dynamo("BatchExecuteStatement", `{"Statements":[{"Statement":"INSERT INTO \"t\" VALUE {'id':?}"},{"Statement":"UPDATE t SET a=1"}]}`), 200, []privilege.Access{table("PartiQLInsert", "t"), table("PartiQLUpdate", "t")}},
		"statements' turn":  {dynamo("ExecuteTransaction", `{"TransactStatements":[{"Statement":"DELETE FROM \"a-b.c\" WHERE id=?"}]}`), 200, []privilege.Access{table("PartiQLDelete", "a-b.c")}},
		"no statement":      {dynamo("ExecuteStatement", `{"Statement":"DROP t"}`), 200, []privilege.Access{on("dynamodb:?ExecuteStatement DROP t", "?")}},
		"queue":             {request("POST", "/", "sqs", `{"QueueUrl":"http://x/123456789012/q"}`, target, "AmazonSQS.ReceiveMessage"), 200, []privilege.Access{on("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:123456789012:q")}},
		"queue's batch":     {request("POST", "/", "sqs", `{"QueueUrl":"http://x/123456789012/q"}`, target, "AmazonSQS.DeleteMessageBatch"), 200, []privilege.Access{on("sqs:DeleteMessage", "arn:aws:sqs:eu-west-1:123456789012:q")}},
		"topic":             {request("POST", "/", "sns", "Action=Publish&TopicArn=arn%3Atopic&Message=m"), 200, []privilege.Access{on("sns:Publish", "arn:topic")}},
		"execution":         {request("POST", "/", "states", `{"stateMachineArn":"arn:machine"}`, target, "AWSStepFunctions.StartExecution"), 200, []privilege.Access{on("states:StartExecution", "arn:machine")}},
		"secret":            {request("POST", "/", "secretsmanager", `{"SecretId":"arn:aws:secretsmanager:x"}`, target, "secretsmanager.GetSecretValue"), 200, []privilege.Access{on("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:x")}},
		"parameters":        {request("POST", "/", "ssm", `{"Path":"/rumline/dev/","Recursive":true}`, target, "AmazonSSM.GetParametersByPath"), 200, []privilege.Access{on("ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1:123456789012:parameter/rumline/dev/")}},
		"rule":              {request("POST", "/", "events", `{"Name":"r"}`, target, "AWSEvents.DisableRule"), 200, []privilege.Access{on("events:DisableRule", "arn:aws:events:eu-west-1:123456789012:rule/r")}},
		"rules":             {request("POST", "/", "events", `{"Name":"r"}`, target, "AWSEvents.PutRule"), 200, []privilege.Access{on("events:?PutRule", "?")}},
		"invoke":            {request("POST", "/2015-03-31/functions/f/invocations?Qualifier=live", "lambda", "{}"), 200, []privilege.Access{on("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:f:live")}},
		"invoke by the ARN": {request("POST", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%3A1%3Afunction%3Af/invocations", "lambda", "{}"), 200, []privilege.Access{on("lambda:InvokeFunction", "arn:aws:lambda:x:1:function:f")}},
		"mapping":           {request("PUT", "/2015-03-31/event-source-mappings/u", "lambda", "{}"), 202, []privilege.Access{on("lambda:UpdateEventSourceMapping", "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:u")}},
		"function":          {request("GET", "/2015-03-31/functions/f", "lambda", ""), 200, []privilege.Access{on("lambda:?GET /2015-03-31/functions/f", "?")}},
		"metric in CBOR":    {request("POST", rpc, "monitoring", "\xa1\x69Namespace\x67Rumline"), 200, []privilege.Access{metric}},
		"metric in gzip":    {request("POST", rpc, "monitoring", packed(t, "\xa1\x69Namespace\x67Rumline"), "Content-Encoding", "gzip"), 200, []privilege.Access{metric}},
		"metric in a form":  {request("POST", "/", "monitoring", "Action=PutMetricData&Namespace=Rumline"), 200, []privilege.Access{metric}},
		"metric cut off":    {request("POST", rpc, "monitoring", "\xa1\x69Namespace\x67Rum"), 200, []privilege.Access{{Action: metric.Action, Resource: "*", Key: metric.Key}}},
		"alarms":            {request("POST", "/", "monitoring", "Action=DescribeAlarms"), 200, []privilege.Access{on("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*")}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, record(t, c.request, c.status)) })
	}
}

func TestRecorderLeavesUnsignedCallsAlone(t *testing.T) {
	recorder := privilege.NewRecorder(account)
	r := httptest.NewRequest(http.MethodGet, "/raw/a", http.NoBody)
	recorder.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(httptest.NewRecorder(), r)
	require.Empty(t, recorder.Roles())
	recorder.Note("me", privilege.Access{Action: "a:b", Resource: "r"})
	require.Equal(t, []string{"me"}, recorder.Roles())
	require.Equal(t, "a:b on r", recorder.Of("me")[0].String())
	require.Empty(t, recorder.Of("you"))
}
