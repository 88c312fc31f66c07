package rum

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The fields that the rules between fields speak of.
var (
	schemaVersion = Index("schema_version")
	eventID       = Index("event_id")
	eventType     = Index("event_type")
	eventTS       = Index("event_ts")
	receivedTS    = Index("received_ts")
	urlHost       = Index("url_host")
	urlPath       = Index("url_path")

	requiredFields = indexesOf(func(f *Field) bool { return f.Required })
)

// complete checks what only a whole record shows, and fills in what a producer may leave out.
func (p *parser) complete(f *framed, source string) error {
	rows := p.block.rows
	if c := &p.block.columns[eventID]; len(c.Valid) <= rows {
		c.resize(rows)
		c.setUUID(DerivedID(source, f.line, f.element))
	}
	for _, i := range requiredFields {
		c := &p.block.columns[i]
		if len(c.Valid) <= rows || c.kind == String && c.Strings.At(rows) == "" {
			return &Rejected{Reason: MissingField, Field: c.Field.Name}
		}
	}
	if v := p.uint(schemaVersion); v < 1 || v > SchemaVersion {
		return &Rejected{Reason: UnsupportedVersion, Field: "schema_version", Detail: fmt.Sprintf("%d; this is version %d", v, SchemaVersion)}
	}
	if v := p.string(eventType); !knownEventType(v) {
		return &Rejected{Reason: UnknownEventType, Field: "event_type", Detail: excerpt([]byte(v))}
	}
	if v := p.string(urlHost); strings.ContainsAny(v, "/?#@") {
		return &Rejected{Reason: UncleanURL, Field: "url_host", Detail: "a host alone is asked for"}
	}
	if v := p.string(urlPath); strings.ContainsAny(v, "?#") {
		return &Rejected{Reason: UncleanURL, Field: "url_path", Detail: "it has a query or a fragment"}
	}
	return p.completeTimes()
}

func (p *parser) completeTimes() error {
	event, received := p.time(eventTS), p.time(receivedTS)
	switch {
	case event > received+maxAheadMS:
		return &Rejected{Reason: EventInFuture, Field: "event_ts", Detail: apart(event-received) + " ahead of received_ts"}
	case event < received-maxBehindMS:
		return &Rejected{Reason: EventTooOld, Field: "event_ts", Detail: apart(received-event) + " behind received_ts"}
	}
	return nil
}

func knownEventType(t string) bool {
	switch t {
	case "page_view", "page_update", "soft_nav", "resource", "xhr", "error", "report", "custom":
		return true
	}
	return false
}

func apart(ms int64) string { return (time.Duration(ms) * time.Millisecond).String() }

// string, uint and time return a required field of the row that is being made.
func (p *parser) string(i int) string { return p.block.columns[i].Strings.At(p.block.rows) }
func (p *parser) uint(i int) uint64   { return p.block.columns[i].Uints[p.block.rows] }
func (p *parser) time(i int) int64    { return p.block.columns[i].Times[p.block.rows] }

// eventNamespace is the UUID namespace of the event IDs that are derived: a constant of this product.
var eventNamespace = uuid.MustParse("6f1d3c1e-52d5-5c0a-9a53-1f0e8f3b7a41")

// DerivedID is the event ID of a record whose producer gave it none: the same whenever the same object is read. The
// line counts from 1; element is the record's position in its array, from 1, or 0 for a record that is in none.
func DerivedID(source string, line, element int64) uuid.UUID {
	name := fmt.Sprintf("%s#%d", source, line)
	if element > 0 {
		name = fmt.Sprintf("%s.%d", name, element)
	}
	return uuid.NewSHA1(eventNamespace, []byte(name))
}

func indexesOf(match func(*Field) bool) []int {
	var found []int
	for i := range fields {
		if match(&fields[i]) {
			found = append(found, i)
		}
	}
	return found
}
