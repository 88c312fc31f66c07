package faults

import (
	"fmt"
	"io"
	"net/http"
)

// refusal is how a service says that it cannot.
type refusal struct {
	status int
	header map[string]string
	body   string
}

// refusals are the services' own words: unavailable, throttled.
var refusals = map[string][2]refusal{
	S3: {
		{500, nil, xmlError("InternalError", "We encountered an internal error. Please try again.")},
		{503, nil, xmlError("SlowDown", "Please reduce your request rate.")},
	},
	DynamoDB: {
		{500, nil, jsonError("com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error")},
		{400, nil, jsonError("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
			"The level of configured provisioned throughput for the table was exceeded.")},
	},
	SQS: {
		{503, nil, jsonError("com.amazonaws.sqs#ServiceUnavailable", "The request has failed due to a temporary failure of the server.")},
		{400, nil, jsonError("com.amazonaws.sqs#RequestThrottled", "Rate exceeded")},
	},
	SecretsManager: {
		{500, nil, jsonError("InternalServiceError", "An error occurred on the server side.")},
		{400, nil, jsonError("ThrottlingException", "Rate exceeded")},
	},
	ClickHouse: {
		{
			500,
			map[string]string{"X-ClickHouse-Exception-Code": "241"},
			"Code: 241. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)",
		},
		{
			503,
			map[string]string{"X-ClickHouse-Exception-Code": "252"},
			"Code: 252. DB::Exception: Too many parts (300). Merges are processing significantly slower than inserts. (TOO_MANY_PARTS)",
		},
	},
}

// refuse answers in a service's place.
func refuse(w http.ResponseWriter, r *http.Request, service string, throttled bool) {
	_, _ = io.Copy(io.Discard, r.Body) // what is not read might reset the connection before the answer is there
	index := 0
	if throttled {
		index = 1
	}
	answer := refusals[service][index]
	for name, value := range answer.header {
		w.Header().Set(name, value)
	}
	if service != S3 && service != ClickHouse {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	}
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body) // a caller that is gone
}

func xmlError(code, message string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, message)
}

func jsonError(kind, message string) string {
	return fmt.Sprintf(`{"__type":%q,"message":%q}`, kind, message)
}
