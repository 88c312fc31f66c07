package privilege

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var (
	functionPath = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/functions/([^/]+)/invocations$`)
	mappingPath  = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)/?$`)
)

// functionAccess says what a call to Lambda needs.
func (c call) functionAccess() []Access {
	path := c.request.URL.EscapedPath()
	if parts := functionPath.FindStringSubmatch(path); parts != nil && c.request.Method == http.MethodPost {
		name, err := url.PathUnescape(parts[1])
		if err != nil {
			return unknown("lambda", path)
		}
		return []Access{{Action: "lambda:InvokeFunction", Resource: c.function(name, c.request.URL.Query().Get("Qualifier"))}}
	}
	if parts := mappingPath.FindStringSubmatch(path); parts != nil {
		action := map[string]string{
			http.MethodGet: "GetEventSourceMapping", http.MethodPut: "UpdateEventSourceMapping", http.MethodDelete: "DeleteEventSourceMapping",
		}[c.request.Method]
		return []Access{{Action: "lambda:" + action, Resource: c.arn("lambda", "event-source-mapping:"+parts[1])}}
	}
	return unknown("lambda", c.request.Method+" "+path)
}

// function is the ARN of a function that was named by its name, with or without a qualifier, or by its ARN.
func (c call) function(name, qualifier string) string {
	if !strings.HasPrefix(name, "arn:") {
		name = c.arn("lambda", "function:"+name)
	}
	if qualifier != "" {
		name += ":" + qualifier
	}
	return name
}

// topicAccess says what a call to SNS needs.
func (c call) topicAccess() []Access {
	in := c.parameters()
	switch operation := in["Action"]; operation {
	case "Publish", "PublishBatch":
		return []Access{{Action: "sns:Publish", Resource: in["TopicArn"]}}
	default:
		return unknown("sns", operation)
	}
}

// metricAccess says what a call to CloudWatch needs, which has namespaces in place of resources.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
func (c call) metricAccess() []Access {
	switch operation := c.operation(); operation {
	case "PutMetricData":
		return []Access{{Action: "cloudwatch:PutMetricData", Resource: "*", Key: "cloudwatch:namespace", Value: c.namespace()}}
	case "DescribeAlarms":
		return []Access{{Action: "cloudwatch:DescribeAlarms", Resource: c.arn("cloudwatch", "alarm:*")}}
	default:
		return unknown("cloudwatch", operation)
	}
}

// maxMetrics bounds a body that came compressed, in bytes.
const maxMetrics = 16 << 20

// namespace is that of the metrics in a call: in JSON, in a form, or in CBOR, where a short text follows the byte 0x60 plus its
// length (RFC 8949, section 3).
func (c call) namespace() string {
	if c.request.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(bytes.NewReader(c.body))
		if err != nil {
			return ""
		}
		if c.body, err = io.ReadAll(io.LimitReader(unpacked, maxMetrics)); err != nil {
			return ""
		}
	}
	_, after, ok := bytes.Cut(c.body, []byte("\x69Namespace"))
	if !ok {
		return c.parameters()["Namespace"]
	}
	const text, most = 0x60, 23
	if len(after) == 0 || after[0] < text || after[0] > text+most || len(after) <= int(after[0]-text) {
		return ""
	}
	return string(after[1 : 1+after[0]-text])
}
