package faults

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInjectorKeepsAppointments(t *testing.T) {
	put, get := Step{"json", S3, "PutObject"}, Step{"json", S3, "GetObject"}
	var noted []Appointment
	i := newInjector(func(a Appointment) { noted = append(noted, a) })
	s := &Schedule{Appointments: []Appointment{{put, Lost, 2}, {put, Reset, 3}, {get, Hung, 1}}}

	require.Empty(t, i.next(put), "before the round")
	i.arm(s)
	require.Empty(t, i.next(put))
	require.Equal(t, Lost, i.next(put))
	require.Equal(t, Hung, i.next(get))
	require.Equal(t, map[Step]int{put: 2, get: 1}, i.calls())
	i.disarm()
	require.Empty(t, i.next(put), "after the round")
	require.Equal(t, []Appointment{{put, Lost, 2}, {get, Hung, 1}}, noted)

	i.arm(s)
	require.Empty(t, i.next(put), "the next round counts from the beginning")
	i.did(Lost)
	i.did(Lost)
	require.Equal(t, map[Kind]int{Lost: 2}, i.done())
}

func TestNoticesComeAgain(t *testing.T) {
	n := newNotices()
	first := []notice{{Body: "a"}, {Body: "b"}}
	n.add("json", first)
	n.later("json", first)
	for range repeatAfter - 1 {
		require.Empty(t, n.due("json"))
	}
	require.Empty(t, n.due("parquet"), "another queue's receives do not count")
	require.Equal(t, first, n.due("json"))
	require.Empty(t, n.due("json"), "only once")

	n.later("json", first)
	require.Equal(t, first, n.rest("json"))
	require.Empty(t, n.rest("json"))

	d := NewSchedule(1, 0, destinations).dice
	require.Len(t, n.some("json", 3, d), 2)
	require.Empty(t, n.some("parquet", 3, d))
}
