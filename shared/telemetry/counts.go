package telemetry

// Counts is what one invocation of a destination's function did, or the sum of several. Each counter is counted where
// its own thing happens, and none is computed of the others: so the equations of Check and Balance can fail.
//
// An object is received when a message of the invocation points to it, once for each invocation, however many messages
// do. It is then exactly one of delivered, duplicate, busy and failed.
type Counts struct {
	// MessagesReceived are the queue's messages; MessagesReturned those of them that SQS is to hand out again, and
	// MessagesAcknowledged those that it may forget, those that point to no object among them. MessagesMalformed, of the returned
	// ones, could not be read.
	MessagesReceived, MessagesAcknowledged, MessagesReturned, MessagesMalformed int64

	// ObjectsReceived are the objects that the messages point to.
	ObjectsReceived int64
	// ObjectsAdopted are the members of adopted batches that this invocation was done with (delivered or found
	// delivered) though no message of its own points to them.
	ObjectsAdopted int64
	// ObjectsDelivered are the members of the batches whose commit was this invocation's: the ledger says so to one
	// invocation alone, however many wrote the batch. So each object is delivered once, for good.
	ObjectsDelivered int64
	// ObjectsDuplicate were delivered already, by another invocation.
	ObjectsDuplicate int64
	// ObjectsBusy are held by another invocation. Their messages are returned.
	ObjectsBusy int64
	// ObjectsFailed were received and could not be delivered. Their messages are returned.
	ObjectsFailed int64

	// The records of the batches that ObjectsDelivered are the members of, all of them, whichever invocation wrote
	// which part. RecordsRead is counted by the decoder, accepted and refused ones alike (the rest of an object is one);
	// EventsWritten are the rows of the chunks that the destination has stored, with those that an earlier attempt had
	// stored; RecordsQuarantined is counted by the quarantine.
	RecordsRead, EventsWritten, RecordsQuarantined int64

	// ExtraCut are fields that were cut from events because extra was full.
	ExtraCut int64
	// Chunks were written by this invocation, whatever became of their batches.
	Chunks int64
	// BatchesCommitted are those whose commit was this invocation's; BatchesAdopted those that it took over from an
	// invocation that was gone, whatever became of them.
	BatchesCommitted, BatchesAdopted int64

	// Invocations is 1 in each invocation's own line, and Milliseconds what it took.
	Invocations, Milliseconds int64
}

// Add adds what others did.
func (c *Counts) Add(other Counts) {
	for _, m := range metrics {
		*m.of(c) += *m.of(&other)
	}
}

// metric is one counter as CloudWatch knows it.
type metric struct {
	name, unit string
	of         func(*Counts) *int64
}

const (
	count        = "Count"
	milliseconds = "Milliseconds"
)

var metrics = []metric{
	{"MessagesReceived", count, func(c *Counts) *int64 { return &c.MessagesReceived }},
	{"MessagesAcknowledged", count, func(c *Counts) *int64 { return &c.MessagesAcknowledged }},
	{"MessagesReturned", count, func(c *Counts) *int64 { return &c.MessagesReturned }},
	{"MessagesMalformed", count, func(c *Counts) *int64 { return &c.MessagesMalformed }},
	{"ObjectsReceived", count, func(c *Counts) *int64 { return &c.ObjectsReceived }},
	{"ObjectsAdopted", count, func(c *Counts) *int64 { return &c.ObjectsAdopted }},
	{"ObjectsDelivered", count, func(c *Counts) *int64 { return &c.ObjectsDelivered }},
	{"ObjectsDuplicate", count, func(c *Counts) *int64 { return &c.ObjectsDuplicate }},
	{"ObjectsBusy", count, func(c *Counts) *int64 { return &c.ObjectsBusy }},
	{"ObjectsFailed", count, func(c *Counts) *int64 { return &c.ObjectsFailed }},
	{"RecordsRead", count, func(c *Counts) *int64 { return &c.RecordsRead }},
	{"EventsWritten", count, func(c *Counts) *int64 { return &c.EventsWritten }},
	{"RecordsQuarantined", count, func(c *Counts) *int64 { return &c.RecordsQuarantined }},
	{"ExtraCut", count, func(c *Counts) *int64 { return &c.ExtraCut }},
	{"Chunks", count, func(c *Counts) *int64 { return &c.Chunks }},
	{"BatchesCommitted", count, func(c *Counts) *int64 { return &c.BatchesCommitted }},
	{"BatchesAdopted", count, func(c *Counts) *int64 { return &c.BatchesAdopted }},
	{"Invocations", count, func(c *Counts) *int64 { return &c.Invocations }},
	{"Milliseconds", milliseconds, func(c *Counts) *int64 { return &c.Milliseconds }},
}
