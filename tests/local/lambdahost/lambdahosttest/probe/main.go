// Command probe is a Lambda function that does what a test tells it to: it posts each event to PROBE_URL and acts on
// the answer. What happens in its initialisation is PROBE_INIT's to say.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	fmt.Println("initialising")
	switch os.Getenv("PROBE_INIT") {
	case "exit":
		os.Exit(7)
	case "hang":
		time.Sleep(time.Hour)
	case "error":
		initError(context.Background(), errors.New("no configuration"))
		os.Exit(1)
	}
	lambda.Start(handler{})
}

type handler struct{}

// Invoke is part of lambda.Handler: what it returns goes out as it is, be it JSON or not.
func (handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	reply, body, err := ask(ctx, event)
	if err != nil {
		return nil, err
	}
	for _, line := range reply.Values("Print") {
		fmt.Println(line)
	}
	switch reply.Get("Do") {
	case "error":
		return nil, errors.New(string(body))
	case "panic":
		panic(string(body))
	case "exit":
		os.Exit(3) //nolint:revive // a crash is what the test wants
	case "hang":
		time.Sleep(time.Hour)
	case "huge":
		return bytes.Repeat([]byte("1"), 7<<20), nil
	}
	return body, nil
}

func ask(ctx context.Context, event []byte) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("PROBE_URL"), bytes.NewReader(event))
	if err != nil {
		return nil, nil, fmt.Errorf("ask: %w", err)
	}
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	dir, err := os.Getwd()
	if err != nil {
		return nil, nil, fmt.Errorf("ask: %w", err)
	}
	for name, value := range map[string]string{
		"Pid": strconv.Itoa(os.Getpid()), "Request-Id": lc.AwsRequestID, "Arn": lc.InvokedFunctionArn,
		"Deadline": deadline.Format(time.RFC3339Nano), "Dir": dir, "Version": lambdacontext.FunctionVersion,
		"Tmp": os.TempDir(), "Label": os.Getenv("PROBE_LABEL"), "Endpoint": os.Getenv("AWS_ENDPOINT_URL"),
		"Region": os.Getenv("AWS_REGION"), "Trace": os.Getenv("_X_AMZN_TRACE_ID"),
		"Custom": lc.ClientContext.Custom["key"], "Memory": strconv.Itoa(lambdacontext.MemoryLimitInMB),
		"Session":    os.Getenv("AWS_SESSION_TOKEN"),
		"Access-Key": os.Getenv("AWS_ACCESS_KEY_ID"),
	} {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("ask: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("ask: %w", err)
	}
	return resp.Header, body, nil
}

func initError(ctx context.Context, cause error) {
	body, err := json.Marshal(map[string]string{"errorType": "Probe.Init", "errorMessage": cause.Error()})
	if err != nil {
		panic(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error", bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	if err := resp.Body.Close(); err != nil {
		panic(err)
	}
}
