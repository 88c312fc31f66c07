package steps

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/replay/replaytest"
)

func TestBatchPutsEverythingInItsPlace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		input   replay.Input
		fails   map[string]failure.Code
		counts  replay.Counts
		leftBy  map[failure.Code]int64
		again   map[failure.Code]int64
		visible []string
		parked  []string
		invoked int // messages
	}{
		"all is delivered, and poison parked": {
			counts: replay.Counts{Examined: 4, Matched: 4, Delivered: 3, Parked: 1}, parked: []string{"parked/json/m3.json"}, invoked: 3,
		},
		"what is gone for good is parked": {
			fails:  map[string]failure.Code{"gone": failure.ObjectMissing},
			counts: replay.Counts{Examined: 4, Matched: 4, Delivered: 2, Parked: 2}, parked: []string{"parked/json/m1.json", "parked/json/m3.json"}, invoked: 3,
		},
		"what fails again is left": {
			fails:  map[string]failure.Code{"gone": failure.ObjectDenied, "new": failure.Internal},
			counts: replay.Counts{Examined: 4, Matched: 4, Delivered: 1, Parked: 1, Left: 2}, visible: []string{"m1", "m2"},
			leftBy: map[failure.Code]int64{failure.ObjectDenied: 1, failure.Internal: 1}, parked: []string{"parked/json/m3.json"}, invoked: 3,
		},
		"what fails because the destination is down comes again": {
			fails:  map[string]failure.Code{"gone": failure.DestinationUnavailable, "new": failure.DestinationUnavailable},
			counts: replay.Counts{Examined: 2, Matched: 2, Delivered: 1, Parked: 1}, visible: []string{"m1", "m2"},
			again: map[failure.Code]int64{failure.DestinationUnavailable: 2}, parked: []string{"parked/json/m3.json"}, invoked: 3,
		},
		"what another worker is delivering comes again": {
			fails:  map[string]failure.Code{"gone": failure.BatchBusy, "new": failure.BatchLost},
			counts: replay.Counts{Examined: 2, Matched: 2, Delivered: 1, Parked: 1}, visible: []string{"m1", "m2"},
			again: map[failure.Code]int64{failure.BatchBusy: 1, failure.BatchLost: 1}, parked: []string{"parked/json/m3.json"}, invoked: 3,
		},
		"by code": {
			input:  replay.Input{Filter: replay.Filter{Codes: []failure.Code{failure.ObjectMissing}}},
			counts: replay.Counts{Examined: 4, Matched: 1, Delivered: 1}, visible: []string{"m0", "m2", "m3"}, invoked: 1,
		},
		"no more than so many": {
			input:  replay.Input{Filter: replay.Filter{KeyPrefix: ""}, MaxMessages: 2},
			counts: replay.Counts{Examined: 2, Matched: 2, Delivered: 2}, visible: []string{"m2", "m3"}, invoked: 2,
		},
		"dry": {
			input:  replay.Input{DryRun: true},
			counts: replay.Counts{Examined: 4, Matched: 4, Delivered: 2, Parked: 2}, visible: []string{"m0", "m1", "m2", "m3"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.destination.ReservedConcurrency = 0 // one lane
			w.failures.Fail("old", failure.DestinationUnavailable, now)
			w.failures.Fail("gone", failure.ObjectMissing, now)
			w.queue.Send(replaytest.Body("old"), replaytest.Body("gone"), replaytest.Body("new"), "poison")
			w.answer = w.failing(test.fails)
			test.input.Destination = "json"
			result, err := w.batch(t.Context(), w.begun(t, test.input), 0)
			require.NoError(t, err)
			require.Equal(t, test.counts, result.Counts)
			require.Equal(t, test.leftBy, result.LeftBy)
			require.Equal(t, test.again, result.Again)
			require.Equal(t, test.visible, w.queue.Visible())
			require.Empty(t, w.queue.Hidden())
			require.Equal(t, test.parked, w.bucket.Keys())
			sum, invoked := replay.Counts{}, 0
			for _, c := range result.ByCode {
				sum.Add(c)
			}
			sum.Examined = result.Examined // those that the filter does not choose have no code
			require.Equal(t, result.Counts, sum)
			for _, records := range w.invoked {
				invoked += len(records)
			}
			require.Equal(t, test.invoked, invoked)
		})
	}
}

// A pass meets no message twice: what it leaves is hidden until it is over, but at its end.
func TestWhatIsLeftIsHiddenUntilThePassIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.destination.ReservedConcurrency, w.destination.BatchSize = 0, 2
	for n := range 3 {
		w.queue.Send(replaytest.Body(fmt.Sprint(n)))
	}
	w.answer = w.failing(map[string]failure.Code{"0": failure.Internal, "1": failure.Internal, "2": failure.Internal})
	state := w.begun(t, replay.Input{Destination: "json"})
	w.queue.Pass(10 * time.Second)
	result, err := w.batch(t.Context(), state, 0)
	require.NoError(t, err)
	require.Equal(t, int64(2), result.Hidden)
	require.Equal(t, map[string]time.Duration{"m0": 140 * time.Second, "m1": 140 * time.Second}, w.queue.Hidden())

	state.Results = []Result{result}
	state = w.tally(t.Context(), state)
	require.Equal(t, actionReplay, state.Action)
	result, err = w.batch(t.Context(), state, 0)
	require.NoError(t, err)
	require.Zero(t, result.Hidden)
	require.Equal(t, []string{"m2"}, w.queue.Visible())

	state.Results = []Result{result}
	state = w.tally(t.Context(), state)
	require.Equal(t, actionFinish, state.Action)
	require.Equal(t, int64(3), state.Left)
}

// Whatever breaks: nothing is deleted that was not acknowledged or parked, and what is left can be received at once.
func TestBatchSurvivesWhatBreaks(t *testing.T) {
	t.Parallel()
	failed := func([]events.SQSMessage) (*lambda.InvokeOutput, error) {
		return &lambda.InvokeOutput{FunctionError: aws.String("Unhandled"), Payload: []byte(`{"errorMessage":"signal: killed"}`)}, nil
	}
	for name, test := range map[string]struct {
		answer  func([]events.SQSMessage) (*lambda.InvokeOutput, error)
		refuse  string
		fail    bool // of the bucket
		kind    string
		visible []string
	}{
		"throttled": {
			answer: func([]events.SQSMessage) (*lambda.InvokeOutput, error) {
				return nil, fmt.Errorf("invoke: %w", &types.TooManyRequestsException{})
			},
			kind: "function_throttled", visible: []string{"m0", "m1"},
		},
		"the function fails": {answer: failed, kind: "function_failed", visible: []string{"m0", "m1"}},
		"Lambda is down": {
			answer: func([]events.SQSMessage) (*lambda.InvokeOutput, error) { return nil, errBroken },
			kind:   "step_failed", visible: []string{"m0", "m1"},
		},
		"what was delivered cannot be deleted": {refuse: "DeleteMessageBatch", kind: "step_failed", visible: []string{"m0", "m1", "m2"}},
		"poison cannot be parked":              {fail: true, kind: "step_failed", visible: []string{"m0", "m1", "m2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.destination.ReservedConcurrency = 0
			w.queue.Send(replaytest.Body("a"), replaytest.Body("b"), "poison")
			state := w.begun(t, replay.Input{Destination: "json"})
			if test.answer != nil {
				w.answer = test.answer
			}
			w.queue.Refuse = func(request, _ string) bool { return request == test.refuse }
			w.bucket.Fail = func(string) error {
				if test.fail {
					return errBroken
				}
				return nil
			}
			_, err := w.batch(t.Context(), state, 0)
			require.Error(t, err)
			require.Equal(t, test.kind, typed(err).Type)
			require.Equal(t, test.visible, w.queue.Visible())
			require.Empty(t, w.queue.Hidden())

			w.answer, w.queue.Refuse, w.bucket.Fail = newWorld().answer, nil, nil
			_, err = w.batch(t.Context(), state, 0)
			require.NoError(t, err)
			require.Empty(t, w.queue.Visible())
		})
	}
	t.Run("the function fails with a message that comes alone", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		w.queue.Send(replaytest.Body("a"))
		w.answer = failed
		result, err := w.batch(t.Context(), w.begun(t, replay.Input{Destination: "json"}), 0)
		require.NoError(t, err)
		require.Equal(t, replay.Counts{Examined: 1, Matched: 1, Left: 1}, result.Counts)
		require.Equal(t, int64(1), result.Crashed)
		require.Equal(t, []string{"m0"}, w.queue.Visible())
	})
	t.Run("an answer that nobody can read acknowledges nothing", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		w.queue.Send(replaytest.Body("a"))
		w.answer = func([]events.SQSMessage) (*lambda.InvokeOutput, error) {
			return &lambda.InvokeOutput{Payload: []byte(`[`)}, nil
		}
		result, err := w.batch(t.Context(), w.begun(t, replay.Input{Destination: "json"}), 0)
		require.NoError(t, err)
		require.Equal(t, map[failure.Code]int64{replay.Unknown: 1}, result.LeftBy)
		require.Equal(t, []string{"m0"}, w.queue.Visible())
	})
	t.Run("the queue is down", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		w.queue.Send("x")
		state := w.begun(t, replay.Input{Destination: "json"})
		w.queue.Fail = func(string) error { return errBroken }
		_, err := w.batch(t.Context(), state, 0)
		require.ErrorIs(t, err, errBroken)
	})
}

// The function gets what its queue would give it.
func TestEvent(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.queue.Send(replaytest.Body("a&b"))
	_, err := w.batch(t.Context(), w.begun(t, replay.Input{Destination: "json"}), 0)
	require.NoError(t, err)
	require.Equal(t, [][]events.SQSMessage{{{
		MessageId: "m0", ReceiptHandle: "m0-receipt-2", Body: replaytest.Body("a&b"), Md5OfBody: "01686a941608273a3260c862aca10877",
		Attributes:        map[string]string{"SentTimestamp": fmt.Sprint(now.UnixMilli()), "ApproximateReceiveCount": "1"},
		MessageAttributes: map[string]events.SQSMessageAttribute{},
		EventSource:       "aws:sqs", EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:json", AWSRegion: "us-east-1",
	}}}, w.invoked)
}

// What one event has no room for goes into several.
func TestEventsStayWithinLambdasLimit(t *testing.T) {
	t.Parallel()
	w := newWorld()
	letters := make([]replay.Letter, 5)
	for i := range letters {
		letters[i].Message.MessageId = aws.String(fmt.Sprint(i))
		letters[i].Message.Body = aws.String(strings.Repeat("x", 2<<20))
	}
	acknowledged, failed, err := w.deliver(t.Context(), Target{QueueARN: w.destination.QueueARN, Function: "json"}, letters)
	require.NoError(t, err)
	require.Equal(t, letters, acknowledged)
	require.Empty(t, failed)
	require.Len(t, w.invoked, 3)
}

func TestFailedItems(t *testing.T) {
	t.Parallel()
	for response, want := range map[string]map[string]bool{
		"": {}, "null": {}, "{}": {}, `{"batchItemFailures":null}`: {}, `{"batchItemFailures":[]}`: {},
		`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`: {"a": true, "b": true},
		`{"batchItemFailures":[{"itemIdentifier":""}]}`:                         nil,
		`{"batchItemFailures":[{"itemIdentifier":null}]}`:                       nil,
		`{"batchItemFailures":[{"itemIdentifier":7}]}`:                          nil,
		`{"batchItemFailures":[{"itemidentifier":"a"}]}`:                        nil,
		`{"batchItemFailures":[{"itemIdentifier":"c"}]}`:                        nil,
		`{"batchItemFailures":"a"}`:                                             nil,
		`[]`:                                                                    nil,
		`true and more`:                                                         nil,
	} {
		failed, err := failedItems([]byte(response), map[string]bool{"a": true, "b": true})
		require.Equal(t, want, failed, response)
		require.Equal(t, want == nil, err != nil, response)
	}
}

// FuzzFailedItems: no answer of a function makes a message failed that is not in the batch.
func FuzzFailedItems(f *testing.F) {
	f.Add([]byte(`{"batchItemFailures":[{"itemIdentifier":"a"}]}`))
	f.Add([]byte(`{"batchItemFailures":null}`))
	f.Fuzz(func(t *testing.T, response []byte) {
		failed, err := failedItems(response, map[string]bool{"a": true})
		if err != nil && failed != nil || err == nil && len(failed) > 1 {
			t.Fatal(failed, err)
		}
	})
}

// FuzzInput: no input of an execution makes it begin with what its check refuses.
func FuzzInput(f *testing.F) {
	f.Add([]byte(`{"destination":"json","filter":{"codes":["internal"]},"rate":3}`))
	f.Add([]byte(`{"destination":"json","before":{"budget":-1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if input, err := parseInput(text); err == nil && (input.Check() != nil || input.Destination == "") {
			t.Fatal(input)
		}
	})
}

func TestErrorsAreCut(t *testing.T) {
	t.Parallel()
	err := typed(errors.New(strings.Repeat("é", 2000)))
	require.Equal(t, "step_failed", err.Type)
	require.LessOrEqual(t, len(err.Message), maxText+len("…"))
}
