package replay

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
)

// Letter is a dead letter: a message of a dead-letter queue, and why it is there.
type Letter struct {
	Message types.Message
	// Pointers are the objects that the message points to; none if it could not be read, or points to nothing that was
	// created.
	Pointers []landing.Pointer
	// Code, Error and FailedAt are the last failure of its objects, the latest of several; Unknown where nobody has
	// recorded one.
	Code     failure.Code
	Error    string
	FailedAt time.Time
	// Hopeless says that nothing of the message can ever be delivered, whatever anybody mends.
	Hopeless bool
	// SentAt is when the message was first sent, to the queue in front of the dead-letter queue. Receives is how often it was
	// handed out since, by both.
	SentAt   time.Time
	Receives int

	// seen are the recorded failures of the objects, by their identity, as they were looked up last.
	seen map[string]ledger.Failure
}

// ID is the message's identifier.
func (l Letter) ID() string { return aws.ToString(l.Message.MessageId) }

// Body is the message's.
func (l Letter) Body() string { return aws.ToString(l.Message.Body) }

// newLetter reads a message. Why its objects failed is for explain to say.
func newLetter(m types.Message) Letter {
	l := Letter{Message: m, Code: Unknown}
	l.Receives = int(attribute(m, types.MessageSystemAttributeNameApproximateReceiveCount))
	if sent := attribute(m, types.MessageSystemAttributeNameSentTimestamp); sent > 0 {
		l.SentAt = time.UnixMilli(sent)
	}
	pointers, _, err := landing.ParseNotification(aws.ToString(m.Body))
	if err != nil {
		l.Code, l.Error, l.Hopeless = failure.CodeOf(err), err.Error(), true
		return l
	}
	l.Pointers = pointers
	return l
}

// explain says why a letter's objects failed. A failure that was known before does not count: whoever was tried since, and
// recorded none, did not fail like that again.
func (l Letter) explain(failures map[string]ledger.Failure) Letter {
	if len(l.Pointers) == 0 {
		return l
	}
	before := l.seen
	l.Code, l.Error, l.FailedAt, l.Hopeless = Unknown, "", time.Time{}, true
	l.seen = make(map[string]ledger.Failure, len(l.Pointers))
	for _, p := range l.Pointers {
		id := p.Identity()
		f, ok := failures[id]
		if ok {
			l.seen[id] = f
		}
		if !ok || f == before[id] {
			// It may have been delivered, or be in somebody's hands: parking the message must not lose it.
			l.Hopeless = false
			continue
		}
		if !f.Code.Hopeless() {
			l.Hopeless = false
		}
		if !f.At.Before(l.FailedAt) {
			l.Code, l.Error, l.FailedAt = f.Code, f.Error, f.At
		}
	}
	return l
}

func attribute(m types.Message, name types.MessageSystemAttributeName) int64 {
	n, err := strconv.ParseInt(m.Attributes[string(name)], 10, 64)
	if err != nil {
		return 0 // SQS numbers every message; what it does not say is not known
	}
	return n
}
