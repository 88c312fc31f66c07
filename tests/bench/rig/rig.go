// Package rig runs a destination's function as Lambda does, the binary that is deployed on one core, against services in memory,
// and measures what it takes.
package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/bench/cloud"
	"github.com/rumline/rumline/tests/bench/sink"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Destinations are the functions that there are to measure.
var Destinations = []string{"clickhouse", "json", "parquet"}

// Options say what a function runs with.
type Options struct {
	// Function is a name of Destinations, Binary its bootstrap (see Build).
	Function, Binary string
	// MemoryMB is what Lambda says that it has; by default what one vCPU comes with.
	MemoryMB int
	Network  cloud.Network
}

// MemoryMB is the memory that comes with one vCPU.
const MemoryMB = 1769

const (
	timeout = 15 * time.Minute

	rawBucket, outBucket, quarantineBucket = "raw-bucket", "out-bucket", "quarantine-bucket"
)

// Rig is one function and its world.
type Rig struct {
	function string
	cloud    *cloud.Cloud
	sink     *sink.Sink
	servers  []*httptest.Server
	host     *lambdahost.Host
	batches  int
	cpu      time.Duration // of the process, at the end of the last invocation

	mu       sync.Mutex
	logBytes int64
}

// Sample is what one invocation did and took.
type Sample struct {
	Objects int
	// Events is how many rows arrived at the destination, as counted there.
	Events int
	// Init is the cold start, of a process's first invocation alone.
	Init time.Duration
	// Wall is from the event to the answer, CPU what the process used of its core until then.
	Wall, CPU time.Duration
	// PeakRSS is the most memory that the process has held so far, in bytes.
	PeakRSS int64
	// Cloud is what was asked of the services, Sink what was inserted.
	Cloud    cloud.Counts
	Sink     sink.Counts
	LogBytes int64
	// Files are what was put into the output bucket.
	Files [][]byte
}

// New starts the services. The function starts with the first batch.
func New(o Options) (*Rig, error) {
	if o.MemoryMB == 0 {
		o.MemoryMB = MemoryMB
	}
	code, err := Zip(o.Binary)
	if err != nil {
		return nil, err
	}
	r := &Rig{function: o.Function, cloud: cloud.New(o.Network), sink: &sink.Sink{}}
	aws := r.serve(r.cloud)
	environment := map[string]string{
		"GOMAXPROCS":          "1",
		"RUMLINE_ENVIRONMENT": "bench", "RUMLINE_LEDGER_TABLE": "ledger", "RUMLINE_QUARANTINE_BUCKET": quarantineBucket,
	}
	if o.Function == "clickhouse" {
		environment["RUMLINE_CLICKHOUSE_DSN"] = r.serve(r.sink) + "/rum"
	} else {
		environment["RUMLINE_OUTPUT_BUCKET"] = outBucket
	}
	r.host, err = lambdahost.New(lambdahost.Options{Endpoint: aws, OnLine: r.line})
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	err = r.host.Deploy(lambdahost.Function{
		Name: o.Function, ARN: "arn:aws:lambda:us-east-1:000000000000:function:" + o.Function, Runtime: "provided.al2023",
		Handler: "bootstrap", Timeout: timeout, MemoryMB: o.MemoryMB, Environment: environment, Code: code,
	})
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Rig) serve(handler http.Handler) (address string) {
	server := httptest.NewServer(handler)
	r.servers = append(r.servers, server)
	return server.URL
}

func (r *Rig) line(l lambdahost.Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logBytes += int64(len(l.Text)) + 1
}

// Close ends the function and the services.
func (r *Rig) Close() error {
	var err error
	if r.host != nil {
		err = r.host.Close(context.Background())
	}
	for _, s := range r.servers {
		s.Close()
	}
	return err
}

// Deliver puts objects into the raw bucket and has the function deliver them, as one batch of messages. Its error says that it did
// not deliver all: a measurement of that is worth nothing.
func (r *Rig) Deliver(objects [][]byte) (Sample, error) {
	r.batches++
	payload, err := r.announce(objects)
	if err != nil {
		return Sample{}, err
	}
	before, logged := r.cloud.Counts(), r.logged()
	result, err := r.host.Invoke(lambdahost.Request{Function: r.function, Payload: payload})
	if err != nil {
		return Sample{}, fmt.Errorf("invoke %s: %w", r.function, err)
	}
	report := result.Report
	if answer := strings.TrimSpace(string(result.Payload)); report.Status != lambdahost.StatusSuccess || answer != `{"batchItemFailures":[]}` {
		return Sample{}, fmt.Errorf("%s ended with %s and %.200s\n%s", r.function, report.Status, answer, result.LogTail)
	}
	s := Sample{
		Objects: len(objects), Init: report.Init, Wall: report.Duration, CPU: report.CPU - r.cpu, PeakRSS: report.PeakRSS,
		Cloud: r.cloud.Counts().Sub(before), Sink: r.sink.Take(), LogBytes: r.logged() - logged, Files: r.cloud.Take(outBucket),
	}
	r.cpu = report.CPU
	r.cloud.Take(rawBucket)
	if refused := r.cloud.Take(quarantineBucket); len(refused) > 0 {
		return Sample{}, fmt.Errorf("%s put %d files into quarantine", r.function, len(refused))
	}
	s.Events, err = r.arrived(s)
	return s, err
}

func (r *Rig) logged() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logBytes
}

// announce is the batch of messages that points to the objects, which are there then.
func (r *Rig) announce(objects [][]byte) ([]byte, error) {
	type message struct {
		ID   string `json:"messageId"`
		Body string `json:"body"`
	}
	messages := make([]message, len(objects))
	for n, body := range objects {
		key := fmt.Sprintf("rum/site/2026/11/20/11/edge-%04d-%06d.ndjson", r.batches, n)
		tag := r.cloud.Put(rawBucket, key, body)
		messages[n] = message{ID: fmt.Sprintf("%d-%d", r.batches, n), Body: fmt.Sprintf(
			`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":%q},"object":{"key":%q,"size":%d,"eTag":%q,"sequencer":"01"}}}]}`,
			rawBucket, key, len(body), tag)}
	}
	payload, err := json.Marshal(map[string]any{"Records": messages})
	if err != nil {
		return nil, fmt.Errorf("announce the objects: %w", err)
	}
	return payload, nil
}
