package breaker_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

const (
	region  = "us-east-1"
	account = "123456789012"
	role    = "arn:aws:iam::" + account + ":role/breaker"
)

func configuration() aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: aws.String(stack.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

func lambdas() *lambda.Client    { return lambda.NewFromConfig(configuration()) }
func machines() *sfn.Client      { return sfn.NewFromConfig(configuration()) }
func rules() *eventbridge.Client { return eventbridge.NewFromConfig(configuration()) }
func queues() *sqs.Client        { return sqs.NewFromConfig(configuration()) }

var sequence atomic.Int32

// destination is a queue, its function, the mapping between them and the rule that starts the breaker.
type destination struct {
	name, mapping string

	mu     sync.Mutex
	reply  func() lambdahosttest.Reply
	probes chan chan lambdahosttest.Reply
}

var prepared sync.Once

func prepare(t *testing.T) {
	t.Helper()
	prepared.Do(func() {
		role := url.Values{
			"Action": {"CreateRole"}, "Version": {"2010-05-08"}, "RoleName": {"breaker"}, "AssumeRolePolicyDocument": {
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
			},
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, stack.URL()+"/", strings.NewReader(role.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/iam/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
	})
}

// deploy makes a destination that is asked about every probe.
func deploy(t *testing.T) *destination {
	t.Helper()
	prepare(t)
	d := &destination{name: fmt.Sprintf("breaker-%d", sequence.Add(1)), probes: make(chan chan lambdahosttest.Reply)}
	control := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		if !assert.JSONEq(t, `{"probe":true,"report":true}`, string(e.Payload)) {
			return lambdahosttest.Reply{Do: "error"}
		}
		return d.decide(t)
	})
	queue, err := queues().CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &d.name})
	require.NoError(t, err)
	require.NotEmpty(t, *queue.QueueUrl)
	_, err = lambdas().CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &d.name, Role: aws.String(role), Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
		Timeout: aws.Int32(30), Code: &lambdatypes.FunctionCode{ZipFile: lambdahosttest.Zip(t, "")},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"PROBE_URL": control}},
	})
	require.NoError(t, err)
	mapping, err := lambdas().CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		EventSourceArn: aws.String("arn:aws:sqs:" + region + ":" + account + ":" + d.name), FunctionName: &d.name,
		ScalingConfig: &lambdatypes.ScalingConfig{MaximumConcurrency: aws.Int32(4)},
	})
	require.NoError(t, err)
	d.mapping = *mapping.UUID
	_, err = rules().PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: &d.name, EventPattern: aws.String(`{"source":["aws.cloudwatch"]}`),
	})
	require.NoError(t, err)
	return d
}

func (d *destination) input() string {
	return fmt.Sprintf(`{"destination":%q,"environment":"local","mapping":%q,"function":%q,"maximum_concurrency":4,"rule":%q}`,
		d.name, d.mapping, d.name, d.name)
}

func (d *destination) decide(t *testing.T) lambdahosttest.Reply {
	d.mu.Lock()
	reply := d.reply
	d.mu.Unlock()
	if reply != nil {
		return reply()
	}
	answer := make(chan lambdahosttest.Reply, 1)
	select {
	case d.probes <- answer:
		return <-answer
	case <-t.Context().Done():
		return unhealthy
	}
}

// probed waits for a probe and answers it.
func (d *destination) probed(t *testing.T, reply lambdahosttest.Reply) {
	t.Helper()
	next(t, d.probes) <- reply
}

func (d *destination) answer(reply func() lambdahosttest.Reply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reply = reply
}

func (d *destination) always(reply lambdahosttest.Reply) {
	d.answer(func() lambdahosttest.Reply { return reply })
}

// now is what the mapping is at the moment.
func (d *destination) now(t *testing.T) string {
	t.Helper()
	m, err := lambdas().GetEventSourceMapping(t.Context(), &lambda.GetEventSourceMappingInput{UUID: &d.mapping})
	require.NoError(t, err)
	if strings.HasPrefix(*m.State, "Disabl") {
		return "off"
	}
	return fmt.Sprintf("on, at most %d", *m.ScalingConfig.MaximumConcurrency)
}

// changes are those that were made to the mapping.
func (d *destination) changes() []string { return does(door.about(d.mapping)) }

// ruleChanges are those that were made to the rule that starts the breaker.
func (d *destination) ruleChanges() []string {
	var changes []string
	for _, c := range door.about(d.name) {
		if c.does != "report" {
			changes = append(changes, c.does)
		}
	}
	return changes
}

// reported are the values that BreakerOpen had.
func (d *destination) reported() []float64 {
	var values []float64
	for _, c := range door.about(d.name) {
		if c.does == "report" {
			values = append(values, c.value)
		}
	}
	return values
}

func does(calls []call) []string {
	var all []string
	for _, c := range calls {
		all = append(all, c.does)
	}
	return all
}

// call is one of the breaker's.
type call struct {
	about string // the mapping, the rule or the destination
	does  string
	value float64
}

// read takes a call apart, if it is one that the breaker makes.
func read(r *http.Request) (call, bool) {
	id, isMapping := strings.CutPrefix(strings.TrimSuffix(r.URL.Path, "/"), "/2015-03-31/event-source-mappings/")
	target := r.Header.Get("X-Amz-Target")
	switch {
	case isMapping && r.Method == http.MethodPut:
		var c struct {
			Enabled       bool
			ScalingConfig struct{ MaximumConcurrency int }
		}
		if json.Unmarshal(peek(r), &c) != nil {
			return call{}, false
		}
		if !c.Enabled {
			return call{about: id, does: "off"}, true
		}
		return call{about: id, does: fmt.Sprintf("on, at most %d", c.ScalingConfig.MaximumConcurrency)}, true
	case target == "AWSEvents.DisableRule", target == "AWSEvents.EnableRule":
		var c struct{ Name string }
		if json.Unmarshal(peek(r), &c) != nil {
			return call{}, false
		}
		return call{about: c.Name, does: strings.TrimPrefix(target, "AWSEvents.")}, true
	case strings.Contains(r.Header.Get("Authorization"), "/monitoring/"):
		return readMetric(r)
	}
	return call{}, false
}

// readMetric reads PutMetricData in any of the protocols that CloudWatch speaks.
func readMetric(r *http.Request) (call, bool) {
	body := peek(r)
	var c struct {
		Namespace  string
		MetricData []struct {
			MetricName string
			Value      float64
			Dimensions []struct{ Name, Value string }
		}
	}
	if json.Unmarshal(body, &c) == nil && len(c.MetricData) == 1 && len(c.MetricData[0].Dimensions) == 2 {
		m := c.MetricData[0]
		if c.Namespace == "Rumline" && m.MetricName == "BreakerOpen" && m.Dimensions[1].Value == "local" {
			return call{about: m.Dimensions[0].Value, does: "report", value: m.Value}, true
		}
		return call{}, false
	}
	form, err := url.ParseQuery(string(body))
	const datum = "MetricData.member.1."
	if err != nil || form.Get("Action") != "PutMetricData" || form.Get("Namespace") != "Rumline" ||
		form.Get(datum+"MetricName") != "BreakerOpen" || form.Get(datum+"Dimensions.member.2.Value") != "local" {
		return call{}, false
	}
	var value float64
	if _, err := fmt.Sscan(form.Get(datum+"Value"), &value); err != nil {
		return call{}, false
	}
	return call{about: form.Get(datum + "Dimensions.member.1.Value"), does: "report", value: value}, true
}

func peek(r *http.Request) []byte {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// settings are those of the Terraform module, with waits for the impatient.
type settings struct{ maxOpen, probeTimeout int }

type machine struct{ arn string }

// create makes a state machine of the module's definition.
func create(t *testing.T, s settings) machine {
	t.Helper()
	prepare(t)
	if s.maxOpen == 0 {
		s.maxOpen = 600
	}
	if s.probeTimeout == 0 {
		s.probeTimeout = 25
	}
	file, err := os.ReadFile("../../../terraform/modules/breaker/breaker.asl.json")
	require.NoError(t, err)
	definition := strings.NewReplacer(
		"${partition}", "aws", "${timeout_seconds}", "600", "${max_open_seconds}", fmt.Sprint(s.maxOpen),
		"${probe_first_seconds}", "1", "${probe_double_seconds}", "1", "${probe_timeout_seconds}", fmt.Sprint(s.probeTimeout),
		"${half_open_seconds}", "1", "${settle_seconds}", "1", "${prefix}", "rumline-test", "${rearm_seconds}", "1", "${restore_attempts}", "3",
	).Replace(string(file))
	require.NotContains(t, definition, "${")
	require.True(t, json.Valid([]byte(definition)))
	// Retries that wait for minutes are not waited for here.
	definition = strings.ReplaceAll(definition, `"MaxDelaySeconds": 30`, `"MaxDelaySeconds": 1`)
	out, err := machines().CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(fmt.Sprintf("breaker-%d", sequence.Add(1))), RoleArn: aws.String(role), Definition: &definition,
	})
	require.NoError(t, err)
	return machine{*out.StateMachineArn}
}

type execution struct{ arn string }

func (m machine) start(t *testing.T, input string) execution {
	t.Helper()
	out, err := machines().StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &m.arn, Input: &input})
	require.NoError(t, err)
	return execution{*out.ExecutionArn}
}

func (m machine) executions(t *testing.T) []string {
	t.Helper()
	out, err := machines().ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &m.arn})
	require.NoError(t, err)
	var arns []string
	for _, e := range out.Executions {
		arns = append(arns, *e.ExecutionArn)
	}
	return arns
}

func (e execution) stop(t *testing.T) {
	t.Helper()
	_, err := machines().StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &e.arn})
	require.NoError(t, err)
}

type end struct{ err string }

// ends waits for the execution's end.
func (e execution) ends(t *testing.T, status string) end {
	t.Helper()
	var last end
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		out, err := machines().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &e.arn})
		require.NoError(c, err)
		require.Equal(c, status, string(out.Status), "%s: %s", aws.ToString(out.Error), aws.ToString(out.Cause))
		last = end{aws.ToString(out.Error)}
	}, patient, tick)
	return last
}

func encode(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	require.NoError(t, err)
	return string(b)
}
