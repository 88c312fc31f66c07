package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection refused")
	coded := failure.Wrap(failure.DestinationUnavailable, cause, "insert")
	tests := map[string]struct {
		err  error
		want failure.Code
		text string
	}{
		"no code":                 {cause, failure.Internal, "connection refused"},
		"wrapped":                 {coded, failure.DestinationUnavailable, "destination_unavailable: insert: connection refused"},
		"wrapped again":           {fmt.Errorf("batch: %w", coded), failure.DestinationUnavailable, "batch: destination_unavailable: insert: connection refused"},
		"the first code stays":    {failure.Wrap(failure.Internal, coded, "write"), failure.DestinationUnavailable, "write: destination_unavailable: insert: connection refused"},
		"new":                     {failure.New(failure.ObjectMissing, "no %s", "key"), failure.ObjectMissing, "object_missing: no key"},
		"the first of two joined": {errors.Join(failure.New(failure.DeadlineNear, "late"), coded), failure.DeadlineNear, "deadline_near: late\ndestination_unavailable: insert: connection refused"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, failure.CodeOf(test.err))
			require.EqualError(t, test.err, test.text)
		})
	}
	require.ErrorIs(t, coded, cause)
	require.NoError(t, failure.Wrap(failure.Internal, nil, "nothing"))
}

func TestPermanent(t *testing.T) {
	t.Parallel()
	for code, want := range map[failure.Code]bool{
		failure.ObjectMissing: false, failure.ObjectDenied: true, failure.ObjectChanged: false, failure.SourceUnavailable: false,
		failure.DestinationUnavailable: false, failure.DestinationRefused: true, failure.DeadlineNear: false,
		failure.MalformedMessage: true, failure.Internal: false,
	} {
		require.Equal(t, want, code.Permanent(), code)
	}
}
