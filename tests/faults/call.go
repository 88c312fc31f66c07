package faults

import (
	"net/http"
	"strings"
)

// The services that calls go to.
const (
	S3             = "s3"
	DynamoDB       = "dynamodb"
	SQS            = "sqs"
	SecretsManager = "secretsmanager"
	ClickHouse     = "clickhouse"
)

// Step is a place in the work of a destination's function, or of its queue's poller, where something can go wrong: the
// call of an operation of a service.
type Step struct {
	Destination, Service, Operation string
}

// String is the step's name in tables and logs.
func (s Step) String() string { return s.Destination + ": " + s.Service + " " + s.Operation }

// caller is who calls AWS.
type caller struct {
	// app is the application that the call's user agent names: a function, or the pollers.
	app string
	// session is the token of the process's credentials.
	session string
}

// callerOf reads a call. Functions and pollers name themselves; the app of anybody else is empty.
func callerOf(r *http.Request) caller {
	c := caller{session: r.Header.Get("X-Amz-Security-Token")}
	for product := range strings.FieldsSeq(r.Header.Get("User-Agent")) {
		if app, ok := strings.CutPrefix(product, "app/"); ok {
			c.app = app
		}
	}
	return c
}

// operationOf names the service and the operation of a call to AWS.
func operationOf(r *http.Request) (service, operation string) {
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		credential, _, _ := strings.Cut(after, ",")
		if parts := strings.Split(credential, "/"); len(parts) == 5 { // key/date/region/service/aws4_request
			service = parts[3]
		}
	}
	if service == S3 {
		return service, objectOperation(r)
	}
	_, operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return service, operation
}

// objectOperation names a call to S3, whose operations are told apart by method and path.
func objectOperation(r *http.Request) string {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case key == "":
		return r.Method + " bucket"
	case r.Method == http.MethodGet:
		return "GetObject"
	case r.Method == http.MethodHead:
		return "HeadObject"
	case r.Method == http.MethodPut:
		return "PutObject"
	default:
		return r.Method + " object"
	}
}

// clickHouseOperation names a call to ClickHouse.
func clickHouseOperation(r *http.Request) string {
	if r.URL.Query().Has("insert_deduplication_token") {
		return "insert"
	}
	return "query"
}
