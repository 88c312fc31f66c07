package rum

import (
	"fmt"
	"time"
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
		p.text = appendIDName(p.text[:0], source, f.line, f.element)
		c.setUUID(uuidV5(p.text))
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
	if v := p.string(urlHost); notInHosts.anyIn(v) {
		return &Rejected{Reason: UncleanURL, Field: "url_host", Detail: "a host alone is asked for"}
	}
	if v := p.string(urlPath); notInPaths.anyIn(v) {
		return &Rejected{Reason: UncleanURL, Field: "url_path", Detail: "it has a query or a fragment"}
	}
	return p.completeTimes()
}

// charSet is a set of bytes.
type charSet [256]bool

var notInHosts, notInPaths = charSetOf("/?#@"), charSetOf("?#")

func charSetOf(chars string) (s charSet) {
	for i := range len(chars) {
		s[chars[i]] = true
	}
	return s
}

// anyIn says whether the text has one of the bytes.
func (s *charSet) anyIn(text string) bool {
	for i := range len(text) {
		if s[text[i]] {
			return true
		}
	}
	return false
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

func indexesOf(match func(*Field) bool) []int {
	var found []int
	for i := range fields {
		if match(&fields[i]) {
			found = append(found, i)
		}
	}
	return found
}
