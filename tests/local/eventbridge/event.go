// Package eventbridge is the part of EventBridge that the stack needs and moto lacks: it gives the events of alarms and of
// state machines to the targets of the rules that Terraform made.
package eventbridge

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Account is moto's.
const Account = "123456789012"

// Event is an event on the default bus
// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
type Event struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       time.Time       `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// NewEvent makes an event about a resource.
func NewEvent(source, detailType, region, resource string, at time.Time, detail any) (Event, error) {
	text, err := json.Marshal(detail)
	if err != nil {
		return Event{}, fmt.Errorf("event of %s: %w", source, err)
	}
	return Event{
		Version: "0", ID: uuid.NewString(), DetailType: detailType, Source: source, Account: Account,
		Time: at.UTC().Truncate(time.Second), Region: region, Resources: []string{resource}, Detail: text,
	}, nil
}
