package delivery

import (
	"log/slog"
	"maps"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
)

// mail is the messages of one invocation, and the objects that they point to.
type mail struct {
	messages []message
	// pointers are the objects to deliver, each once, however many messages point to it; identities are theirs.
	pointers   []landing.Pointer
	identities []string
	failures   map[string]error // by the object's identity
}

type message struct {
	id       string
	receives string
	objects  []string // identities
	err      error    // of the message itself
}

// openMail reads the messages. One that cannot be read fails alone.
func openMail(records []events.SQSMessage, log *slog.Logger) *mail {
	m := &mail{failures: make(map[string]error), messages: make([]message, 0, len(records))}
	named := make(map[string]landing.Pointer, len(records))
	for _, r := range records {
		pointers, ignored, err := landing.ParseNotification(r.Body)
		if ignored != "" {
			log.Info("message ignored", "message_id", r.MessageId, "reason", ignored)
		}
		msg := message{id: r.MessageId, receives: r.Attributes["ApproximateReceiveCount"], err: err}
		for _, p := range pointers {
			identity := p.Identity()
			msg.objects = append(msg.objects, identity)
			if _, known := named[identity]; !known {
				named[identity] = p
			}
		}
		m.messages = append(m.messages, msg)
	}
	// Objects are delivered in the order of their names, not in the one in which SQS happens to hand them out.
	m.identities = slices.Sorted(maps.Keys(named))
	for _, identity := range m.identities {
		m.pointers = append(m.pointers, named[identity])
	}
	return m
}

// of returns the pointers to the given objects, in their order.
func (m *mail) of(objects []string) []landing.Pointer {
	wanted := make(map[string]bool, len(objects))
	for _, o := range objects {
		wanted[o] = true
	}
	pointers := make([]landing.Pointer, 0, len(objects))
	for i, p := range m.pointers {
		if wanted[m.identities[i]] {
			pointers = append(pointers, p)
		}
	}
	return pointers
}

// fail says that an object was not delivered.
func (m *mail) fail(object string, err error) { m.failures[object] = err }

// failed is why a message is to come again; nil when it is not.
func (m *mail) failed(msg message) error {
	err := msg.err
	for _, o := range msg.objects {
		if err == nil {
			err = m.failures[o]
		}
	}
	return err
}

// response names the messages that SQS is to hand out again: those that could not be read, and those with an object
// that was not delivered.
func (m *mail) response(log *slog.Logger) events.SQSEventResponse {
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, msg := range m.messages {
		err := m.failed(msg)
		if err == nil {
			continue
		}
		code := failure.CodeOf(err)
		log.Error("message not delivered", "message_id", msg.id, "receive_count", msg.receives,
			"code", code, "permanent", code.Permanent(), "error", err.Error())
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: msg.id})
	}
	return response
}
