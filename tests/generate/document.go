package generate

import (
	"bytes"
	"encoding/json"
)

// newObject makes an object, without its key, of the beacons from an index up to another.
func newObject(d dice, form Form, packing Packing, b *beacons, from, to int) Object {
	var doc document
	switch form {
	case NDJSON:
		doc.lines(d, b, from, to)
	case Array:
		doc.array(d, b, from, to)
	case Single:
		doc.single(d, b.json(from))
	}
	return Object{
		Plain: doc.text, Records: doc.records(), Form: form, Packing: packing, Body: compress(packing, doc.text),
	}
}

// document is a text under construction with the places of its records.
type document struct {
	text   []byte
	line   int // lines that ended so far
	places []spot
}

type spot struct{ line, element, from, to int }

func (d *document) lines(dice dice, b *beacons, from, to int) {
	newline := "\n"
	if dice.chance(0.05) {
		newline = "\r\n"
	}
	blank := dice.chance(0.05)
	for i := from; i < to; i++ {
		d.record(b.json(i), 0)
		if i < to-1 || dice.chance(0.85) { // some writers leave the last line open
			d.add(newline)
		}
		if blank && dice.chance(0.2) {
			d.add(newline)
		}
	}
}

func (d *document) array(dice dice, b *beacons, from, to int) {
	open, separator, closing := "[", ",", "]"
	switch {
	case dice.chance(0.4):
		open, separator, closing = "[\n  ", ",\n  ", "\n]\n"
	case dice.chance(0.3):
		open, separator, closing = " [ ", " , ", " ] "
	}
	d.add(open)
	for i := from; i < to; i++ {
		if i > from {
			d.add(separator)
		}
		d.record(b.json(i), i-from+1)
	}
	d.add(closing)
}

func (d *document) single(dice dice, event []byte) {
	if dice.chance(0.5) {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, event, "", "  "); err != nil {
			panic("generate: " + err.Error()) // the event is of our own making
		}
		event = pretty.Bytes()
	}
	d.record(event, 0)
}

func (d *document) add(s string) { d.bytes([]byte(s)) }

func (d *document) bytes(b []byte) {
	d.text = append(d.text, b...)
	d.line += bytes.Count(b, []byte{'\n'})
}

func (d *document) record(b []byte, element int) {
	d.places = append(d.places, spot{d.line + 1, element, len(d.text), len(d.text) + len(b)})
	d.bytes(b)
}

func (d *document) records() []Record {
	records := make([]Record, len(d.places))
	for i, p := range d.places {
		records[i] = Record{Line: p.line, Element: p.element, JSON: d.text[p.from:p.to:p.to]}
	}
	return records
}
