package localaws_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

// What of Amazon States Language a state machine of ours may use: each of these runs here as on AWS.
func TestStatesLanguage(t *testing.T) {
	t.Parallel()
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		var in struct{ Do, Body string }
		if json.Unmarshal(e.Payload, &in) != nil {
			return lambdahosttest.Reply{Do: "error", Body: "no input"}
		}
		return lambdahosttest.Reply{Do: in.Do, Body: in.Body}
	})
	_, err := lambdas().UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String(name), Timeout: aws.Int32(5), // for the one that hangs
	})
	require.NoError(t, err)
	q := newQueue(t, 60, 3)
	id := mapping(t, q, name, nil)
	inbox := newQueue(t, 60, 3)
	topic := topicTo(t, inbox.arn, "sqs")
	child := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"child":true},"End":true}}}`)

	call := func(do, body, more string) string {
		return `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"` + name +
			`","Payload":{"do":"` + do + `","body":` + strconv.Quote(body) + `}},"OutputPath":"$.Payload"` + more + `}`
	}
	tests := []struct {
		name, states, input string
		status              string // SUCCEEDED when empty
		output, err, cause  string
	}{
		{name: "a function's answer", states: `"A":` + call("", `{"healthy":true}`, `,"End":true`), output: `{"healthy":true}`},
		{
			name: "a function's error has its type as its name",
			states: `"A":` + call("error", "no luck", `,"Catch":[{"ErrorEquals":["other"],"Next":"Other"},{"ErrorEquals":["errorString"],"ResultPath":"$.error","Next":"Caught"}],"End":true`) +
				`,"Other":{"Type":"Fail"},"Caught":{"Type":"Pass","Parameters":{"name.$":"$.error.Error","cause.$":"States.StringToJson($.error.Cause)"},"End":true}`,
			output: `{"name":"errorString","cause":{"errorMessage":"no luck","errorType":"errorString"}}`,
		},
		{
			name: "an error that nobody catches", states: `"A":` + call("error", "no luck", `,"End":true`),
			status: "FAILED", err: "errorString", cause: "no luck",
		},
		{
			name:   "an error of a process is an error of the task",
			states: `"A":` + call("exit", "", `,"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"Caught"}],"End":true`) + `,"Caught":{"Type":"Pass","Result":{"is":"caught"},"End":true}`,
			output: `{"is":"caught"}`,
		},
		{
			name: "retries, with backoff, a longest wait and jitter",
			states: `"A":` + call("error", "x", `,"Retry":[{"ErrorEquals":["errorString"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":2,"MaxDelaySeconds":1,"JitterStrategy":"FULL"}],
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Caught"}],"End":true`) + `,"Caught":{"Type":"Pass","Result":{"is":"caught"},"End":true}`,
			output: `{"is":"caught"}`,
		},
		{
			name:   "a task's time is up",
			states: `"A":` + call("hang", "", `,"TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Caught"}],"End":true`) + `,"Caught":{"Type":"Pass","Result":{"is":"late"},"End":true}`,
			output: `{"is":"late"}`,
		},
		{
			name: "a map over an array", input: `{"batches":["1","2","3"],"x":7}`,
			states: `"A":{"Type":"Map","ItemsPath":"$.batches","MaxConcurrency":2,"ItemSelector":{"body.$":"$$.Map.Item.Value","index.$":"$$.Map.Item.Index","x.$":"$.x"},
				"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
				"Parameters":{"FunctionName":"` + name + `","Payload":{"do":"","body.$":"$.body"}},"OutputPath":"$.Payload","End":true}}},"End":true}`,
			output: `[1,2,3]`,
		},
		{
			name: "a map with a catch in it", input: `["error",""]`,
			states: `"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
				"Parameters":{"FunctionName":"` + name + `","Payload":{"do.$":"$","body":"1"}},"OutputPath":"$.Payload","Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"C"}],"End":true},
				"C":{"Type":"Pass","Result":"caught","End":true}}},"End":true}`,
			output: `["caught",1]`,
		},
		{
			name: "a wait whose length is in the input", input: `{"seconds":1,"x":1}`,
			states: `"A":{"Type":"Wait","SecondsPath":"$.seconds","End":true}`, output: `{"seconds":1,"x":1}`,
		},
		{
			name: "choices", input: `{"n":5,"flag":true,"text":"t","none":null}`,
			states: `"A":{"Type":"Choice","Default":"No","Choices":[
				{"Variable":"$.n","NumericGreaterThan":5,"Next":"No"},
				{"Variable":"$.flag","BooleanEquals":false,"Next":"No"},
				{"Variable":"$.missing","IsPresent":true,"Next":"No"},
				{"Not":{"Variable":"$.text","StringEquals":"t"},"Next":"No"},
				{"And":[{"Variable":"$.n","NumericGreaterThanEquals":5},{"Variable":"$.flag","BooleanEquals":true},{"Variable":"$.none","IsNull":true},
				{"Or":[{"Variable":"$.missing","IsPresent":true},{"Variable":"$.text","StringMatches":"t*"}]},{"Variable":"$.n","NumericLessThanPath":"$.m"}],"Next":"No"},
				{"Variable":"$.n","NumericEquals":5,"Next":"Yes"}]},"No":{"Type":"Fail"},"Yes":{"Type":"Succeed"}`,
			status: "FAILED", // $.m is not there, which is an error of the choice
		},
		{
			name: "a choice of several conditions", input: `{"n":5,"flag":true}`,
			states: `"A":{"Type":"Choice","Default":"No","Choices":[{"And":[{"Variable":"$.n","NumericGreaterThanEquals":5},{"Variable":"$.flag","BooleanEquals":true},
				{"Not":{"Variable":"$.missing","IsPresent":true}}],"Next":"Yes"}]},"No":{"Type":"Fail"},"Yes":{"Type":"Succeed"}`,
			output: `{"n":5,"flag":true}`,
		},
		{
			name: "arithmetic and texts", input: `{"a":3,"b":{"c":[1,2]},"d":{"e":1}}`,
			states: `"A":{"Type":"Pass","Parameters":{"sum.$":"States.MathAdd($.a, 4)","length.$":"States.ArrayLength($.b.c)","text.$":"States.Format('{} of {}', $.a, 'x')",
				"merged.$":"States.JsonMerge($.b, $.d, false)","name.$":"$$.Execution.Input.a"},"End":true}`,
			output: `{"sum":7,"length":2,"text":"3 of x","merged":{"c":[1,2],"e":1},"name":3}`,
		},
		{
			name: "a failure with a cause of its own", input: `{"error":{"Cause":"because"}}`,
			states: `"A":{"Type":"Fail","Error":"Gave.Up","CausePath":"$.error.Cause"}`, status: "FAILED", err: "Gave.Up", cause: "because",
		},
		{
			name: "a mapping is paused and resumed",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:lambda:updateEventSourceMapping","Parameters":{"Uuid":"` + id + `","Enabled":false},"ResultSelector":{"state.$":"$.State"},"ResultPath":"$.off","Next":"B"},
				"B":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:lambda:updateEventSourceMapping","Parameters":{"Uuid":"` + id + `","Enabled":true},"ResultSelector":{"state.$":"$.State"},"ResultPath":"$.on","OutputPath":"$.on","End":true}`,
			output: `{"state":"Enabled"}`,
		},
		{
			name: "a metric",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:cloudwatch:putMetricData","Parameters":{"Namespace":"StatesTest","MetricData":[{"MetricName":"BreakerOpen","Value":1,"Unit":"Count",
				"Dimensions":[{"Name":"Destination","Value":"clickhouse"}]}]},"ResultPath":null,"End":true}`,
			output: `{}`,
		},
		{
			name: "a message to a topic", input: `{"text":"from states"}`,
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sns:publish","Parameters":{"TopicArn":"` + topic + `","Subject":"s","Message.$":"$.text"},"ResultPath":null,"Next":"B"},
				"B":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"` + topic + `","Message.$":"$.text"},"ResultPath":null,"End":true}`,
			output: `{"text":"from states"}`,
		},
		{
			name:   "a queue is asked and its messages are taken",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sqs:getQueueAttributes","Parameters":{"QueueUrl":"` + inbox.url + `","AttributeNames":["VisibilityTimeout"]},"OutputPath":"$.Attributes","End":true}`,
			output: `{"VisibilityTimeout":"60"}`,
		},
		{
			name:   "another state machine, and not waited for",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"` + child + `","Input":{"a":1}},"ResultPath":null,"End":true}`,
			output: `{}`,
		},
		{
			name:   "another state machine, waited for",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"` + child + `","Input":{"a":1}},"OutputPath":"$.Output","End":true}`,
			output: `{"child":true}`,
		},
		{
			name:   "another state machine, by the SDK",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution","Parameters":{"StateMachineArn":"` + child + `","Input":"{}"},"ResultPath":null,"End":true}`,
			output: `{}`,
		},
		{
			name:   "executions that run",
			states: `"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:listExecutions","Parameters":{"StateMachineArn":"` + child + `","StatusFilter":"RUNNING"},"ResultSelector":{"n.$":"States.ArrayLength($.Executions)"},"End":true}`,
			output: `{"n":0}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := machine(t, `{"StartAt":"A","States":{`+tt.states+`}}`)
			input := tt.input
			if input == "" {
				input = "{}"
			}
			out := finished(t, states(t, "StartExecution", map[string]any{"stateMachineArn": m, "input": input})["executionArn"])
			want := tt.status
			if want == "" {
				want = "SUCCEEDED"
			}
			require.Equal(t, want, out["status"], "%v", out)
			if tt.output != "" {
				assert.JSONEq(t, tt.output, fmt.Sprint(out["output"]))
			}
			if tt.err != "" {
				assert.Equal(t, tt.err, out["error"])
				assert.Contains(t, out["cause"], tt.cause)
			}
			history := states(t, "GetExecutionHistory", map[string]any{"executionArn": out["executionArn"]})
			assert.NotEmpty(t, history["events"])
		})
	}
}

// An execution that waits can be stopped, with a reason.
func TestStopExecution(t *testing.T) {
	t.Parallel()
	m := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":3600,"End":true}}}`)
	execution := states(t, "StartExecution", map[string]any{"stateMachineArn": m})["executionArn"]
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		history, _ := states(t, "GetExecutionHistory", map[string]any{"executionArn": execution})["events"].([]any)
		assert.GreaterOrEqual(c, len(history), 2, "it waits")
	}, patient, 50*time.Millisecond)
	states(t, "StopExecution", map[string]any{"executionArn": execution, "error": "Stopped", "cause": "by hand"})
	out := finished(t, execution)
	assert.Equal(t, "ABORTED", out["status"])
}

// A function that is subscribed to a topic gets what is published, as Lambda shapes it.
func TestTopicReachesFunction(t *testing.T) {
	t.Parallel()
	got := make(chan lambdahosttest.Event, 1)
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply { got <- e; return lambdahosttest.Reply{} })
	function, err := lambdas().GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: &name})
	require.NoError(t, err)
	topic := topicTo(t, *function.Configuration.FunctionArn, "lambda")
	sent, err := topics().Publish(t.Context(), &sns.PublishInput{
		TopicArn: &topic, Subject: aws.String("a subject"), Message: aws.String(`{"a":"message"}`),
		MessageAttributes: snsAttributes("kind", "test"),
	})
	require.NoError(t, err)
	var event snsEvent
	require.NoError(t, json.Unmarshal(next(t, got).Payload, &event))
	require.Len(t, event.Records, 1)
	record := event.Records[0]
	assert.Equal(t, "aws:sns", record.EventSource)
	assert.Contains(t, record.EventSubscriptionArn, topic+":")
	assert.Equal(t, *sent.MessageId, record.SNS.MessageID)
	assert.Equal(t, topic, record.SNS.TopicArn)
	assert.Equal(t, "a subject", record.SNS.Subject)
	assert.JSONEq(t, `{"a":"message"}`, record.SNS.Message)
	assert.Equal(t, map[string]any{"kind": map[string]any{"Type": "String", "Value": "test"}}, record.SNS.MessageAttributes)
	assert.WithinDuration(t, time.Now(), record.SNS.Timestamp, 5*time.Minute)
}
