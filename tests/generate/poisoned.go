package generate

import (
	"strings"
	"time"

	"github.com/rumline/rumline/shared/rum"
)

// Poison is an object with something bad in it, and what has to become of it: its Records, the good events, are
// delivered, all of them, and each of Rejected is reported.
type Poison struct {
	Object
	// Name says what is bad, in a few words that fit a file name.
	Name string
	// Rejected is what has to be reported, in the order of the document.
	Rejected []Rejection
	// ExtraCut is how many fields of good events have no room in extra.
	ExtraCut int
}

// Rejection is the report of one bad record, or of the rest of an object that could not be read to its end.
type Rejection struct {
	Reason rum.Reason
	// Field is the field that is at fault, or empty when it is the whole record.
	Field string
	// Line is the line where the record, or the rest, begins. 0 where it depends on how far ahead the reader reads.
	Line int
	// Rest says that nothing behind the place was read as events.
	Rest bool
}

// Poisoned returns objects with every kind of bad input that the event's limits know, each among good neighbours, and
// objects that are just within the limits.
func Poisoned(o Options) []Poison {
	o = o.withDefaults()
	p := poisoner{d: newDice(o.Seed, poisonStream), o: o}
	p.limits()
	p.values()
	p.times()
	p.syntax()
	p.arrays()
	p.streams()
	p.strangers()
	return p.made
}

// poisonStream keeps the dice of the poisoned objects apart from those of the sites.
const poisonStream = 1 << 32

// poisoner makes poisoned objects.
type poisoner struct {
	d    dice
	o    Options
	made []Poison
	doc  document
	bad  []Rejection
}

// good adds a line with a good event.
func (p *poisoner) good() {
	p.keep(p.event(nil))
}

// keep adds a line that has to be delivered.
func (p *poisoner) keep(json string) {
	p.doc.record([]byte(json), 0)
	p.doc.add("\n")
}

// reject adds a line that has to be refused, and a good one behind it.
func (p *poisoner) reject(reason rum.Reason, field, line string) {
	p.refused(reason, field)
	p.doc.add(line + "\n")
	p.good()
}

// refused expects a refusal of what comes next.
func (p *poisoner) refused(reason rum.Reason, field string) {
	p.bad = append(p.bad, Rejection{Reason: reason, Field: field, Line: p.doc.line + 1})
}

// rest expects a refusal of everything from the line that comes next.
func (p *poisoner) rest(reason rum.Reason) {
	p.bad = append(p.bad, Rejection{Reason: reason, Line: p.doc.line + 1, Rest: true})
}

// finish makes an object of the document, as it is or packed.
func (p *poisoner) finish(name string, packing Packing) {
	p.finishAs(name, packing, compress(packing, p.doc.text))
}

// finishAs makes an object whose body is given: the document after what was done to it.
func (p *poisoner) finishAs(name string, packing Packing, body []byte) {
	p.made = append(p.made, Poison{
		Name: name, Rejected: p.bad,
		Object: Object{
			Key:  p.o.Prefix + "poisoned/" + p.o.Base.UTC().Format("2006/01/02/15/") + name,
			Body: body, Plain: p.doc.text, Records: p.doc.records(), Form: NDJSON, Packing: packing,
		},
	})
	p.doc, p.bad = document{}, nil
}

// event returns a small good event, after what is done to it.
func (p *poisoner) event(change func(*event)) string {
	at := p.o.Base.Add(-time.Duration(p.d.Int64N(int64(p.o.Span)))).UnixMilli()
	var e event
	e.count("schema_version", 1)
	e.str("event_id", randomUUID(p.d))
	e.str("event_type", "page_view")
	e.str("site_id", "poisoned")
	e.time("event_ts", at)
	e.time("received_ts", at+120)
	e.str("page_view_id", "pv-"+base36(p.d, 10))
	e.str("url_host", "poisoned.example")
	e.str("url_path", "/p/"+base36(p.d, 4))
	e.str("sdk_name", "web-vitals")
	e.timing("ttfb_ms", fromMS(p.d.logNormal(180, 0.5)))
	e.timing("lcp_ms", fromMS(p.d.logNormal(1800, 0.5)))
	e.number("cls", 0)
	if change != nil {
		change(&e)
	}
	return string(e.appendTo(nil))
}

// with is an event with one field set to a piece of JSON.
func (p *poisoner) with(field, json string) string {
	return p.event(func(e *event) { e.raw(field, json) })
}

func quoted(s string) string { return `"` + s + `"` }

// long is a text of n code points, each of four bytes.
func long(n int) string { return strings.Repeat("𝔸", n) }
