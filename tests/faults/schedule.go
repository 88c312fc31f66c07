package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Appointment is a fault that is to come at a step when it is taken for the Nth time in a round.
type Appointment struct {
	Step
	Kind Kind
	Nth  int // from 1
}

// String says it in one line.
func (a Appointment) String() string { return fmt.Sprintf("%s, no. %d: %s", a.Step, a.Nth, a.Kind) }

// Schedule is what goes wrong in a round: the seed decides all of it before the round begins, and counters, not clocks,
// say when an appointment has come. What a counter counts is up to the machine where several processes work side by
// side: their calls come in another order each time.
type Schedule struct {
	Seed         uint64
	Appointments []Appointment
	// Ghosts is how many notifications of objects that do not exist are sent.
	Ghosts int
	// FromBefore is how many notifications of the rounds before are sent again, to each destination.
	FromBefore int

	dice *rand.Rand
}

// scheduleStream tells the dice of the schedule from those of the load.
const scheduleStream = 7

// NewSchedule draws n appointments for the destinations. An appointment whose call never comes is a fault that does not
// happen, so there are fewer faults than appointments.
func NewSchedule(seed uint64, n int, destinations []string) *Schedule {
	d := rand.New(rand.NewPCG(seed, scheduleStream))
	s := &Schedule{Seed: seed, dice: d, Ghosts: 1 + d.IntN(2), FromBefore: 2 + d.IntN(4)}
	destinations = slices.Sorted(slices.Values(destinations))
	taken := map[string]bool{}
	// So many places are taken at most that there is always a free one.
	for len(s.Appointments) < min(n, maxAppointments) {
		destination := destinations[d.IntN(len(destinations))]
		p := place(d, destination)
		a := Appointment{
			Step: Step{Destination: destination, Service: p.service, Operation: p.operation},
			Kind: p.kinds[d.IntN(len(p.kinds))], Nth: 1 + d.IntN(p.usual),
		}
		if at := fmt.Sprint(a.Step, a.Nth); !taken[at] {
			taken[at] = true
			s.Appointments = append(s.Appointments, a)
		}
	}
	slices.SortStableFunc(s.Appointments, func(a, b Appointment) int {
		return strings.Compare(fmt.Sprintf("%s %04d", a.Step, a.Nth), fmt.Sprintf("%s %04d", b.Step, b.Nth))
	})
	return s
}

const maxAppointments = 150

// somewhere is an operation where faults come, and what they may be.
type somewhere struct {
	only      string // destination; empty for all
	service   string
	operation string
	weight    int
	usual     int // how many of these calls a destination makes in a round, about
	kinds     []Kind
}

var (
	reads    = []Kind{Unavailable, Throttled, Reset, Hung, Truncated, Slow, KilledBefore, KilledAfter, KilledAll}
	writes   = []Kind{Unavailable, Throttled, Reset, Hung, Truncated, Lost, Lost, Late, Slow, KilledBefore, KilledDuring, KilledAfter, KilledAfter}
	inserts  = append([]Kind{ServerKilledBefore, ServerKilledDuring, ServerKilledAfter, KilledDuring, KilledDuring}, writes...)
	receives = []Kind{Truncated, Lost, Reordered, Duplicated, DuplicatedLater, Expired, Expired}
	deletes  = []Kind{Unavailable, Throttled, Reset, Truncated, Lost, Late}
)

var places = []somewhere{
	{service: S3, operation: "GetObject", weight: 4, usual: 24, kinds: reads},
	{service: S3, operation: "PutObject", weight: 3, usual: 20, kinds: writes},
	{service: DynamoDB, operation: "PutItem", weight: 6, usual: 24, kinds: writes},
	{service: DynamoDB, operation: "BatchExecuteStatement", weight: 5, usual: 8, kinds: append([]Kind{Partly, Partly, Partly}, writes...)},
	{service: DynamoDB, operation: "UpdateItem", weight: 5, usual: 8, kinds: writes},
	{service: DynamoDB, operation: "GetItem", weight: 3, usual: 6, kinds: reads},
	{service: SecretsManager, operation: "GetSecretValue", weight: 1, usual: 3, kinds: reads, only: "clickhouse"},
	{service: ClickHouse, operation: "insert", weight: 8, usual: 6, kinds: inserts, only: "clickhouse"},
	{service: ClickHouse, operation: "query", weight: 2, usual: 6, kinds: reads, only: "clickhouse"},
	{service: SQS, operation: "ReceiveMessage", weight: 5, usual: 10, kinds: receives},
	{service: SQS, operation: "DeleteMessageBatch", weight: 3, usual: 5, kinds: deletes},
}

// place draws one, by the weights.
func place(d *rand.Rand, destination string) somewhere {
	all := 0
	for _, p := range places {
		if p.only == "" || p.only == destination {
			all += p.weight
		}
	}
	at := d.IntN(all)
	for _, p := range places {
		if p.only != "" && p.only != destination {
			continue
		}
		if at -= p.weight; at < 0 {
			return p
		}
	}
	panic("faults: the weights do not add up")
}
