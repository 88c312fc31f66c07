package faults

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var destinations = []string{"parquet", "clickhouse", "json"}

func TestScheduleComesFromTheSeedAlone(t *testing.T) {
	a, b := NewSchedule(7, 60, destinations), NewSchedule(7, 60, []string{"json", "parquet", "clickhouse"})
	require.Equal(t, a, b)
	require.NotEqual(t, a.Appointments, NewSchedule(8, 60, destinations).Appointments)
}

func TestScheduleHasAnAppointmentPerPlace(t *testing.T) {
	s := NewSchedule(1, maxAppointments+1, destinations)
	require.Len(t, s.Appointments, maxAppointments)
	taken := map[Appointment]bool{}
	for _, a := range s.Appointments {
		place := Appointment{Step: a.Step, Nth: a.Nth}
		require.False(t, taken[place], "%s is taken twice", a)
		taken[place] = true
		require.Positive(t, a.Nth)
	}
}

// Over the seeds of a usual run every kind comes up, and every service and destination is hit.
func TestSchedulesHaveEverything(t *testing.T) {
	kinds, services, hit := map[Kind]int{}, map[string]int{}, map[string]int{}
	for seed := range uint64(20) {
		s := NewSchedule(seed, 60, destinations)
		require.Positive(t, s.Ghosts)
		require.Positive(t, s.FromBefore)
		for _, a := range s.Appointments {
			kinds[a.Kind]++
			services[a.Service]++
			hit[a.Destination]++
		}
	}
	for _, k := range Kinds() {
		if k != DuplicatedRounds && k != Skewed { // which are not drawn one by one
			require.Positive(t, kinds[k], k)
		}
	}
	require.Len(t, services, 5)
	require.Len(t, hit, len(destinations))
}
