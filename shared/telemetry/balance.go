package telemetry

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Conservation: nothing is lost between a destination's queue and the destination when
//
//	received = written + quarantined + in flight + dead-lettered
//
// What is received are objects, and what is written and quarantined are their records, which nobody knows the number of
// before an object was read. So it takes two equations, one of which is handed on to the other by ObjectsDelivered:
//
//	objects:  announced = ObjectsDelivered + in flight + dead-lettered          (Balance)
//	records:  of the delivered ones, RecordsRead = EventsWritten + RecordsQuarantined   (Check)
//
// An invocation that is killed writes no line. Had it just committed a batch, its objects and records are in no count,
// and their messages come back as duplicates: the sums may then fall short of what was delivered, and never exceed it.

// Check holds the counts against the equations that are true of every invocation's, and so of every sum of them:
//
//	MessagesReceived = MessagesAcknowledged + MessagesReturned
//	ObjectsReceived + ObjectsAdopted = ObjectsDelivered + ObjectsDuplicate + ObjectsBusy + ObjectsFailed
//	RecordsRead = EventsWritten + RecordsQuarantined
//
// Its error names the equations that do not hold, with their numbers.
func (c *Counts) Check() error {
	return errors.Join(
		equal("messages: received = acknowledged + returned", c.MessagesReceived, c.MessagesAcknowledged, c.MessagesReturned),
		equal("objects: received and adopted = delivered + duplicate + busy + failed",
			c.ObjectsReceived+c.ObjectsAdopted, c.ObjectsDelivered, c.ObjectsDuplicate, c.ObjectsBusy, c.ObjectsFailed),
		equal("records: read = written + quarantined", c.RecordsRead, c.EventsWritten, c.RecordsQuarantined),
	)
}

// Imbalance is by how much Check's equations do not hold, in total; 0 when nothing was lost and nothing counted twice.
func (c *Counts) Imbalance() int64 {
	return abs(c.MessagesReceived-c.MessagesAcknowledged-c.MessagesReturned) +
		abs(c.ObjectsReceived+c.ObjectsAdopted-c.ObjectsDelivered-c.ObjectsDuplicate-c.ObjectsBusy-c.ObjectsFailed) +
		abs(c.RecordsRead-c.EventsWritten-c.RecordsQuarantined)
}

func abs(n int64) int64 { return max(n, -n) }

// Outside is what the functions do not know: how many objects there are, and where those are that were not delivered.
type Outside struct {
	// Announced are the objects, by their identity, that were put where the bucket announces them.
	Announced int64
	// InFlight are those not delivered that the queue has a message for, handed out or not.
	InFlight int64
	// DeadLettered are those not delivered whose only messages are in the dead-letter queue.
	DeadLettered int64
	// Killed are the invocations that ended without a line.
	Killed int64
}

// Balance holds the sum of all invocations of a destination, since there was nothing, against Check's equations and that
// of the objects:
//
//	Announced = ObjectsDelivered + InFlight + DeadLettered
//
// With Killed invocations the right side may be less, and the records of as many objects are in no count.
func Balance(sum Counts, outside Outside) error {
	const equation = "objects: announced = delivered + in flight + dead-lettered"
	err := equal(equation, outside.Announced, sum.ObjectsDelivered, outside.InFlight, outside.DeadLettered)
	known := sum.ObjectsDelivered + outside.InFlight + outside.DeadLettered
	if outside.Killed > 0 && known < outside.Announced {
		err = nil
	}
	return errors.Join(sum.Check(), err)
}

func equal(equation string, left int64, right ...int64) error {
	var sum int64
	terms := make([]string, len(right))
	for i, n := range right {
		terms[i] = strconv.FormatInt(n, 10)
		sum += n
	}
	if left == sum {
		return nil
	}
	return fmt.Errorf("%s: %d is not %s", equation, left, strings.Join(terms, " + "))
}
