// Package rumtest helps tests to look into blocks of events.
package rumtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// Row is one event, by field name: string, float64, uint64, bool, int64 (milliseconds of a timestamp), []string,
// map[string]string, or the text of a UUID. A field that is absent has no entry; extra always has one.
type Row map[string]any

// RowOf returns a row of a block, as a copy.
func RowOf(b *rum.Block, row int) Row {
	r := make(Row)
	for i := range rum.Fields() {
		if c := b.Column(i); c.Valid[row] {
			r[c.Field.Name] = valueOf(c, row)
		}
	}
	return r
}

// Rows returns all rows of a block, as copies.
func Rows(b *rum.Block) []Row {
	rows := make([]Row, b.Len())
	for i := range rows {
		rows[i] = RowOf(b, i)
	}
	return rows
}

func valueOf(c *rum.Column, row int) any {
	switch c.Field.Kind {
	case rum.String:
		return strings.Clone(c.Strings.At(row))
	case rum.UUID:
		return c.UUIDs[row].String()
	case rum.Timestamp:
		return c.Times[row]
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		return c.Uints[row]
	case rum.Float32, rum.Float64:
		return c.Floats[row]
	case rum.Bool:
		return c.Uints[row] == 1
	case rum.StringList:
		list := []string{}
		for i, end := c.Elements(row); i < end; i++ {
			list = append(list, strings.Clone(c.Strings.At(i)))
		}
		return list
	case rum.StringMap:
		m := map[string]string{}
		for i, end := c.Elements(row); i < end; i += 2 {
			m[strings.Clone(c.Strings.At(i))] = strings.Clone(c.Strings.At(i + 1))
		}
		return m
	default:
		panic(fmt.Sprintf("rumtest: field %s has no kind", c.Field.Name))
	}
}

// Decode reads a whole document into one block. The refused records are copies.
func Decode(r io.Reader, source string) (*rum.Block, []rum.Rejected, error) {
	b := rum.NewBlock()
	refused, err := Drain(rum.NewDecoder(r, source), b)
	return b, refused, err
}

// Drain reads what is left of a decoder's document into the block, and returns copies of the refused records.
func Drain(d *rum.Decoder, b *rum.Block) ([]rum.Rejected, error) {
	var refused []rum.Rejected
	for {
		err := d.Next(b)
		var rejected *rum.Rejected
		switch {
		case err == nil:
		case errors.As(err, &rejected):
			kept := *rejected
			kept.Raw = bytes.Clone(rejected.Raw)
			refused = append(refused, kept)
		case errors.Is(err, io.EOF):
			return refused, nil
		default:
			return refused, err
		}
	}
}
