package delivery_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
)

// TestServe: what Lambda hands over is a batch or a probe, and the answers are what SQS and Step Functions read.
func TestServe(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.put(t, "a", beacon("a1"))
	function := lambda.NewHandler(s.Serve)
	batch, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{message("1", "a"), message("2", "none")}})
	require.NoError(t, err)
	for name, test := range map[string]struct{ payload, want string }{
		"a batch": {string(batch), `{"batchItemFailures":[{"itemIdentifier":"2"}]}`},
		"a probe": {`{"probe":true}`, `{"healthy":true}`},
	} {
		answer, err := function.Invoke(t.Context(), []byte(test.payload))
		require.NoError(t, err, name)
		require.JSONEq(t, test.want, string(answer), name)
	}
	require.Equal(t, []string{"a1"}, s.delivered())
	require.Len(t, s.kept, 1)
	for object, f := range s.kept {
		require.Contains(t, object, "none")
		require.Equal(t, failure.ObjectMissing, f.Code)
	}

	s.fail = failure.New(failure.DestinationRefused, "no such table")
	_, err = function.Invoke(t.Context(), []byte(`{"probe":true}`))
	require.ErrorContains(t, err, "no such table")
	text, err := json.Marshal(err)
	require.NoError(t, err)
	require.Contains(t, string(text), `"errorType":"destination_refused"`)

	answer, err := function.Invoke(t.Context(), []byte(`{"probe":true,"report":true}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"healthy":false,"code":"destination_refused","error":"destination_refused: no such table"}`, string(answer))
}

// TestProbe: whatever a batch would need and is not well fails the probe by its code.
func TestProbe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		breaks func(*testing.T, *stage)
		want   failure.Code
	}{
		"nothing":         {func(*testing.T, *stage) {}, ""},
		"the destination": {func(_ *testing.T, s *stage) { s.fail = failure.New(failure.DestinationUnavailable, "down") }, failure.DestinationUnavailable},
		"the ledger":      {func(_ *testing.T, s *stage) { s.Ledger.Store = brokenLedger{s.Ledger.Store} }, failure.LedgerUnavailable},
		"the quarantine": {func(t *testing.T, s *stage) {
			t.Helper()
			kept, err := quarantine.New(s.s3, quarantine.Config{Bucket: "no-such-bucket", Prefix: "quarantine/"}, "test")
			require.NoError(t, err)
			s.Quarantine = kept
		}, failure.QuarantineRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			test.breaks(t, s)
			err := s.Handler.Probe(t.Context())
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, test.want, failure.CodeOf(err), "%v", err)
		})
	}
}

// TestProbeLeavesNothing: the quarantine has no record of it, and the ledger no claim.
func TestProbeLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	require.NoError(t, s.Handler.Probe(t.Context()))
	reader, err := quarantine.NewReader(s.s3, quarantine.Config{Bucket: bucket, Prefix: "quarantine/"})
	require.NoError(t, err)
	for r, err := range reader.Records(t.Context(), quarantine.Selection{}) {
		t.Fatal(r, err)
	}
	listed, err := s.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: new(bucket)})
	require.NoError(t, err)
	require.Len(t, listed.Contents, 1)
	require.Empty(t, s.wrote)
}

// brokenLedger takes no claims.
type brokenLedger struct{ ledger.Store }

// Claim implements ledger.Store.
func (brokenLedger) Claim(context.Context, ledger.Claim) (ledger.Claim, error) {
	return ledger.Claim{}, failure.New(failure.LedgerUnavailable, "throttled")
}

var _ delivery.FailureKeeper = (*stage)(nil)
