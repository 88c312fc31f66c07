package faults

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
)

// remembered are failures by the object's identity; nil is a ledger that does not answer.
type remembered map[string]ledger.Failure

// Failures implements keeper.
func (r remembered) Failures(context.Context, []string) (map[string]ledger.Failure, error) {
	if r == nil {
		return nil, errors.New("throttled")
	}
	return r, nil
}

func TestExplain(t *testing.T) {
	body, err := notification("raw", "rum/a")
	require.NoError(t, err)
	pointers, _, err := landing.ParseNotification(body)
	require.NoError(t, err)
	at := time.Date(2026, 11, 23, 9, 8, 7, 0, time.UTC)
	why := ledger.Failure{Code: failure.DestinationUnavailable, Error: "an insert may be under way", At: at}
	for name, test := range map[string]struct {
		body string
		kept remembered
		want string
	}{
		"kept":        {body, remembered{pointers[0].Identity(): why}, "s3://raw/rum/a: destination_unavailable at 09:08:07: an insert may be under way"},
		"not kept":    {body, remembered{}, "s3://raw/rum/a: no failure is kept: another worker held it, or its workers were killed"},
		"no ledger":   {body, nil, "[s3://raw/rum/a]: throttled"},
		"no pointers": {"hello", remembered{}, "hello: malformed_message: "},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, explain(t.Context(), test.kept, test.body), test.want)
		})
	}
}
