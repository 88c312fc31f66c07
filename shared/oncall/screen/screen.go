// Package screen is how the on-call's commands write: tables for people, JSON for scripts, and nothing that a terminal
// would obey.
package screen

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// JSON writes a value as one document.
func JSON(out io.Writer, value any) error {
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return Print(out, "%s\n", encoded)
}

// Print writes a text.
func Print(out io.Writer, format string, args ...any) error {
	if _, err := fmt.Fprintf(out, format, args...); err != nil {
		return fmt.Errorf("write what was found: %w", err)
	}
	return nil
}

// Table is a table with its header. Texts in it are made printable.
type Table struct{ writer table.Writer }

// NewTable returns a table without rows.
func NewTable(header ...any) *Table {
	t := &Table{table.NewWriter()}
	t.writer.SetStyle(table.StyleLight)
	t.writer.Style().Format.Header = text.FormatDefault
	t.writer.Style().Format.Footer = text.FormatDefault
	t.writer.AppendHeader(header)
	return t
}

// Row adds a row.
func (t *Table) Row(cells ...any) { t.writer.AppendRow(printableRow(cells)) }

// Total adds the row below the line.
func (t *Table) Total(cells ...any) { t.writer.AppendFooter(printableRow(cells)) }

// Print writes the table.
func (t *Table) Print(out io.Writer) error { return Print(out, "%s\n", t.writer.Render()) }

// Printable writes what a terminal might obey as an escape sequence: strangers name objects, and errors quote them.
func Printable(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// Cut cuts a text to so many characters, on one line, and says so.
func Cut(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

// barWidth is the longest bar, in characters.
const barWidth = 30

// Bar is a bar for n of at most most. Whatever there is of something is seen.
func Bar(n, most int64) string {
	if n <= 0 || most <= 0 {
		return ""
	}
	return strings.Repeat("█", max(1, int(n*barWidth/most)))
}

func printableRow(cells []any) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		if s, ok := cell.(string); ok {
			cell = Printable(s)
		}
		row[i] = cell
	}
	return row
}
