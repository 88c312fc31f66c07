package telemetry_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/telemetry"
)

// sound is two invocations: one delivers two objects and adopts a batch with two more, one of which it received; the
// other finds one of them delivered, one held, and fails on a third.
func sound() telemetry.Counts {
	sum := telemetry.Counts{
		MessagesReceived: 4, MessagesAcknowledged: 4, ObjectsReceived: 3, ObjectsAdopted: 1, ObjectsDelivered: 4,
		RecordsRead: 100, EventsWritten: 97, RecordsQuarantined: 3, Invocations: 1,
	}
	sum.Add(telemetry.Counts{
		MessagesReceived: 4, MessagesAcknowledged: 1, MessagesReturned: 3, MessagesMalformed: 1,
		ObjectsReceived: 3, ObjectsDuplicate: 1, ObjectsBusy: 1, ObjectsFailed: 1, Invocations: 1,
	})
	return sum
}

func TestAdd(t *testing.T) {
	t.Parallel()
	counts, names := numbered(t)
	sum := counts
	sum.Add(counts)
	for _, name := range names {
		require.Equal(t, 2*reflect.ValueOf(counts).FieldByName(name).Int(), reflect.ValueOf(sum).FieldByName(name).Int(), name)
	}
}

// TestCheckNoticesEveryLoss: one more or less of any counter that an equation has is noticed.
func TestCheckNoticesEveryLoss(t *testing.T) {
	t.Parallel()
	counts := sound()
	require.NoError(t, counts.Check())
	require.Zero(t, counts.Imbalance())
	for name, equation := range map[string]string{
		"MessagesReceived": "messages", "MessagesAcknowledged": "messages", "MessagesReturned": "messages",
		"ObjectsReceived": "objects", "ObjectsAdopted": "objects", "ObjectsDelivered": "objects",
		"ObjectsDuplicate": "objects", "ObjectsBusy": "objects", "ObjectsFailed": "objects",
		"RecordsRead": "records", "EventsWritten": "records", "RecordsQuarantined": "records",
	} {
		for _, by := range []int64{-1, 1} {
			c := sound()
			field := reflect.ValueOf(&c).Elem().FieldByName(name)
			field.SetInt(field.Int() + by)
			require.EqualValues(t, 1, c.Imbalance(), "%s by %d", name, by)
			require.ErrorContains(t, c.Check(), equation+": ", "%s by %d", name, by)
			require.Error(t, telemetry.Balance(c, telemetry.Outside{Announced: 6, InFlight: 1, DeadLettered: 1, Killed: 9}), name)
		}
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		outside telemetry.Outside
		wrong   string
	}{
		"everything is somewhere": {telemetry.Outside{Announced: 6, InFlight: 1, DeadLettered: 1}, ""},
		"one is nowhere": {
			telemetry.Outside{Announced: 7, InFlight: 1, DeadLettered: 1},
			"objects: announced = delivered + in flight + dead-lettered: 7 is not 4 + 1 + 1",
		},
		"one is in two places": {telemetry.Outside{Announced: 5, InFlight: 1, DeadLettered: 1}, "5 is not 4 + 1 + 1"},
		"one was delivered by an invocation that was killed": {
			telemetry.Outside{Announced: 7, InFlight: 1, DeadLettered: 1, Killed: 1}, "",
		},
		"a killed invocation is no excuse for two places": {
			telemetry.Outside{Announced: 5, InFlight: 1, DeadLettered: 1, Killed: 1}, "5 is not 4 + 1 + 1",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := telemetry.Balance(sound(), test.outside)
			if test.wrong == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.wrong)
			}
		})
	}
}
