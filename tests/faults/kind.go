package faults

// Kind is a way in which a call or a delivery goes wrong.
type Kind string

// The kinds of faults of calls: of a function, or of a queue's poller, to AWS or to ClickHouse.
const (
	// Unavailable: the service answers 500 and does nothing.
	Unavailable Kind = "unavailable"
	// Throttled: the service answers that there were too many calls, and does nothing.
	Throttled Kind = "throttled"
	// Reset: the connection is reset before the call has any effect.
	Reset Kind = "connection reset"
	// Hung: nothing happens for a while, then the connection is closed. The call has no effect.
	Hung Kind = "hung, then dropped"
	// Truncated: the call has its effect, and its answer breaks off in the middle.
	Truncated Kind = "answer truncated"
	// Lost: the call has its effect, and its answer never comes.
	Lost Kind = "answer lost"
	// Late: the connection is closed, and the call has its effect some seconds later, when nobody waits for it any more.
	Late Kind = "effect after the end"
	// Partly: some of what the call asks for has its effect, and the answer says that none of that has.
	Partly Kind = "effect in part, answer at odds"
	// Slow: the call waits for longer than the messages' visibility timeout, then all goes well.
	Slow Kind = "slower than the visibility timeout"
	// KilledBefore: the calling process gets SIGKILL, and the call has no effect.
	KilledBefore Kind = "killed before the call"
	// KilledAfter: the call has its effect, and the calling process gets SIGKILL before it learns of it.
	KilledAfter Kind = "killed after the call"
	// KilledDuring: the calling process gets SIGKILL while the service is at work.
	KilledDuring Kind = "killed during the call"
	// KilledAll: all processes of the function get SIGKILL, those that wait and those at work.
	KilledAll Kind = "all processes killed"
)

// The kinds of faults of deliveries: of what a queue hands out.
const (
	// Duplicated: the same notifications are sent again at once, so that they run beside the first ones.
	Duplicated Kind = "delivered again at once"
	// DuplicatedLater: the same notifications are sent again some batches later.
	DuplicatedLater Kind = "delivered again batches later"
	// DuplicatedRounds: notifications of rounds before are sent again.
	DuplicatedRounds Kind = "delivered again rounds later"
	// Reordered: what is received comes in another order.
	Reordered Kind = "reordered"
	// Expired: the visibility timeout of what is received is over at once, so that another worker gets it too.
	Expired Kind = "visibility expired at work"
)

// The kinds of faults of ClickHouse itself.
const (
	// ServerKilledBefore: the server gets SIGKILL before an insert, and is started again.
	ServerKilledBefore Kind = "server killed before an insert"
	// ServerKilledDuring: the server gets SIGKILL in the middle of an insert, and is started again.
	ServerKilledDuring Kind = "server killed during an insert"
	// ServerKilledAfter: the server gets SIGKILL after an insert whose answer is lost, and is started again.
	ServerKilledAfter Kind = "server killed after an insert"
)

// Skewed means that a process's clock is off, so far as the ledger can see. Processes get such clocks in turns.
const Skewed Kind = "clock skewed"

// Kinds are all of them, in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{
		Unavailable, Throttled, Reset, Hung, Truncated, Lost, Late, Partly, Slow, KilledBefore, KilledDuring, KilledAfter, KilledAll,
		Duplicated, DuplicatedLater, DuplicatedRounds, Reordered, Expired, ServerKilledBefore, ServerKilledDuring, ServerKilledAfter,
		Skewed,
	}
}
