package e2e

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/rumline/rumline/tests/local/eventbridge"
)

// happened is what alarms and executions have done, in its order.
type happened struct {
	mu     sync.Mutex
	events []occurrence
}

// occurrence is a change of a state: of an alarm, by its name, or of an execution, by its state machine's ARN.
type occurrence struct{ who, state string }

func (h *happened) event(e eventbridge.Event) {
	var detail struct {
		AlarmName       string
		State           struct{ Value string }
		StateMachineArn string
		Status          string
	}
	if json.Unmarshal(e.Detail, &detail) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, occurrence{detail.AlarmName + detail.StateMachineArn, detail.State.Value + detail.Status})
}

// now is a moment to count from.
func (h *happened) now() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.events)
}

// since is how often something whose name ends so has got a state, from a moment on.
func (h *happened) since(moment int, who, state string) (times int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.events[moment:] {
		if strings.HasSuffix(o.who, who) && o.state == state {
			times++
		}
	}
	return times
}
