package privilege

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// call is a signed call to AWS.
type call struct {
	signer
	account string
	request *http.Request
	body    []byte // of services whose parameters are in it
}

// access says what a call to any service but S3 needs.
func (c call) access() []Access {
	switch c.service {
	case "dynamodb":
		return c.tableAccess()
	case "lambda":
		return c.functionAccess()
	case "monitoring":
		return c.metricAccess()
	case "sns":
		return c.topicAccess()
	}
	operation := c.operation()
	for _, named := range resourcesNamed {
		if named.service == c.service && (named.operation == operation || named.operation == "") {
			resource := named.arn(c, c.parameters()[named.parameter])
			return []Access{{Action: named.prefix + ":" + singular(c.service, operation), Resource: resource}}
		}
	}
	return unknown(c.service, operation)
}

// resourcesNamed are the calls whose one resource is in one parameter. An empty operation stands for all of a service.
var resourcesNamed = []struct {
	service, operation, parameter string
	prefix                        string
	arn                           func(c call, value string) string
}{
	{"sqs", "", "QueueUrl", "sqs", func(c call, queue string) string { return c.arn("sqs", queue[strings.LastIndex(queue, "/")+1:]) }},
	{"states", "StartExecution", "stateMachineArn", "states", itself},
	{"states", "DescribeExecution", "executionArn", "states", itself},
	{"states", "StopExecution", "executionArn", "states", itself},
	{"secretsmanager", "GetSecretValue", "SecretId", "secretsmanager", func(c call, id string) string {
		if strings.HasPrefix(id, "arn:") {
			return id
		}
		return c.arn("secretsmanager", "secret:"+id)
	}},
	{"ssm", "GetParametersByPath", "Path", "ssm", func(c call, path string) string { return c.arn("ssm", "parameter"+path) }},
	{"ssm", "GetParameter", "Name", "ssm", func(c call, name string) string { return c.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")) }},
	{"events", "DisableRule", "Name", "events", func(c call, rule string) string { return c.arn("events", "rule/"+rule) }},
	{"events", "EnableRule", "Name", "events", func(c call, rule string) string { return c.arn("events", "rule/"+rule) }},
}

func itself(_ call, arn string) string { return arn }

// singular is the action that allows an operation: queues have none for their batches.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
func singular(service, operation string) string {
	if service == "sqs" {
		return strings.TrimSuffix(operation, "Batch")
	}
	return operation
}

func (c call) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, c.region, c.account, resource)
}

// operation is the name of what is called, in whichever of AWS's protocols.
func (c call) operation() string {
	if _, operation, ok := strings.Cut(c.request.Header.Get("X-Amz-Target"), "."); ok {
		return operation
	}
	if _, operation, ok := strings.Cut(c.request.URL.Path, "/operation/"); ok { // Smithy RPC v2
		return operation
	}
	return c.parameters()["Action"]
}

// parameters are those of a call that are strings, from JSON or from a form.
func (c call) parameters() map[string]string {
	found := map[string]string{}
	var object map[string]any
	if json.Unmarshal(c.body, &object) == nil {
		for name, value := range object {
			if text, ok := value.(string); ok {
				found[name] = text
			}
		}
		return found
	}
	if form, err := url.ParseQuery(string(c.body)); err == nil {
		for name := range form {
			found[name] = form.Get(name)
		}
	}
	return found
}
