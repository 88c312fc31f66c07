package replay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/replay/replaytest"
)

var errBroken = errors.New("broken")

type brokenFailures struct{}

func (brokenFailures) Failures(context.Context, []string) (map[string]ledger.Failure, error) {
	return nil, errBroken
}

func TestParking(t *testing.T) {
	t.Parallel()
	q, failures, bucket := replaytest.NewQueue(now), &replaytest.Failures{}, &replaytest.Bucket{}
	failures.Fail("rum/gone", failure.ObjectMissing, now)
	q.Send(replaytest.Body("rum/gone"), "poison")
	letters, err := replay.NewQueue(q, failures, "dlq").Receive(t.Context(), 10, time.Minute)
	require.NoError(t, err)

	parking := replay.NewParking(bucket, "quarantine", "parked/", "json")
	for _, l := range append(letters, letters...) { // a second time changes nothing
		require.NoError(t, parking.Park(t.Context(), l))
	}
	require.NoError(t, replay.NewParking(bucket, "quarantine", "parked/", "parquet").Park(t.Context(), letters[0]))
	require.Equal(t, []string{"parked/json/m0.json", "parked/json/m1.json", "parked/parquet/m0.json"}, bucket.Keys())

	var parked []replay.Parked
	for one, err := range parking.List(t.Context()) {
		require.NoError(t, err)
		parked = append(parked, one)
	}
	require.Len(t, parked, 2)
	require.Equal(t, "json", parked[0].Destination)
	require.Equal(t, failure.ObjectMissing, parked[0].Code)
	require.Equal(t, "object_missing of rum/gone", parked[0].Error)
	require.Equal(t, []string{"s3://raw/rum/gone"}, parked[0].Objects)
	require.Equal(t, replaytest.Body("rum/gone"), parked[0].Body)
	require.Equal(t, replaytest.StoredAt, parked[0].ParkedAt)
	require.True(t, now.Equal(parked[0].FailedAt), parked[0].FailedAt)
	require.Equal(t, failure.MalformedMessage, parked[1].Code)
	require.Equal(t, "poison", parked[1].Body)

	require.NoError(t, parking.Remove(t.Context(), "m0"))
	require.NoError(t, parking.Remove(t.Context(), "m0"), "it is gone")
	require.Equal(t, []string{"parked/json/m1.json", "parked/parquet/m0.json"}, bucket.Keys())
	require.Error(t, parking.Remove(t.Context(), "../parquet/m0"))
	require.Error(t, parking.Remove(t.Context(), ""))
}

func TestParkingFailures(t *testing.T) {
	t.Parallel()
	bucket := &replaytest.Bucket{Fail: func(string) error { return errBroken }}
	parking := replay.NewParking(bucket, "quarantine", "parked/", "json")
	err := parking.Park(t.Context(), replay.Letter{})
	require.ErrorIs(t, err, errBroken)
	require.Equal(t, failure.QuarantineUnavailable, failure.CodeOf(err))
	for _, err = range parking.List(t.Context()) {
		require.ErrorIs(t, err, errBroken)
	}
}
