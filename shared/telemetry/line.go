package telemetry

import (
	"encoding/json"
	"time"
)

// Line is an invocation's line of metrics, read back.
type Line struct {
	Metrics
	Destination, Environment string
	At                       time.Time
}

// ParseLine reads the line that Emit writes for an invocation. It says false for any other line of a log, also for those
// that Emit writes for a single code: their numbers are in the invocation's, too.
func ParseLine(text []byte) (Line, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil || members["_aws"] == nil || members[dimCode] != nil {
		return Line{}, false
	}
	var l Line
	var aws struct{ Timestamp int64 }
	ok := member(members, "_aws", &aws) && member(members, dimDestination, &l.Destination) &&
		member(members, dimEnvironment, &l.Environment) && member(members, propertyFailures, &l.Failures) &&
		member(members, propertyQuarantined, &l.Quarantined) && member(members, propertyRequest, &l.RequestID)
	for _, m := range metrics {
		ok = ok && member(members, m.name, m.of(&l.Counts))
	}
	l.At = time.UnixMilli(aws.Timestamp)
	return l, ok
}

func member(members map[string]json.RawMessage, name string, value any) bool {
	text, ok := members[name]
	return ok && json.Unmarshal(text, value) == nil
}
