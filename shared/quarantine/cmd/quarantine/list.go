package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
)

func list(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	flags, place := newFlags("list", "", "Counts what is in quarantine, by destination and reason.")
	var selection quarantine.Selection
	flags.StringVar(&selection.Destination, "destination", "", "only this destination's")
	reason := flags.String("reason", "", "only what was refused for this reason, such as syntax")
	since := flags.Duration("since", 0, "only what was refused in this time, such as 24h")
	all := flags.Bool("all", false, "list every record")
	asJSON := flags.Bool("json", false, "write JSON")
	if err := flags.Parse(args); err != nil {
		return err //nolint:wrapcheck // it says which flag
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("list takes no arguments, only flags: %s", flags.Arg(0))
	}
	if *since > 0 {
		selection.Since = time.Now().Add(-*since)
	}
	reader, err := place.reader(ctx)
	if err != nil {
		return err
	}
	var wanted []quarantine.Record
	groups := map[key]*group{}
	for r, err := range reader.Records(ctx, selection) {
		if err != nil {
			return err
		}
		if *reason != "" && r.Reason != rum.Reason(*reason) {
			continue
		}
		if *all {
			r.Raw, r.RawBase64 = "", nil // the list does not show them, and there may be gigabytes
			wanted = append(wanted, r)
		}
		groups[keyOf(r)] = groups[keyOf(r)].with(r)
	}
	switch {
	case *all && *asJSON:
		return writeJSON(out, listed(wanted))
	case *all:
		return writeTable(out, records(wanted))
	case *asJSON:
		return writeJSON(out, sorted(groups))
	default:
		return writeTable(out, counts(sorted(groups)))
	}
}

type key struct {
	destination string
	reason      rum.Reason
}

func keyOf(r quarantine.Record) key { return key{r.Destination, r.Reason} }

// group is what a destination has refused for one reason.
type group struct {
	Destination string     `json:"destination"`
	Reason      rum.Reason `json:"reason"`
	Records     int        `json:"records"`
	Objects     int        `json:"objects"`
	Newest      time.Time  `json:"newest"`
	NewestID    string     `json:"newest_id"`

	sources map[quarantine.Source]bool
}

// with adds a record to the group, which may be nil.
func (g *group) with(r quarantine.Record) *group {
	if g == nil {
		g = &group{Destination: r.Destination, Reason: r.Reason, sources: map[quarantine.Source]bool{}}
	}
	g.Records++
	g.sources[r.Source] = true
	g.Objects = len(g.sources)
	if r.Stored.After(g.Newest) {
		g.Newest, g.NewestID = r.Stored.UTC(), r.ID
	}
	return g
}

func sorted(groups map[key]*group) []*group {
	all := make([]*group, 0, len(groups))
	for _, g := range groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(b.Records, a.Records), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

// entry is a record with what only its reader knows of it.
type entry struct {
	ID     string    `json:"id"`
	Stored time.Time `json:"stored"`
	quarantine.Record
}

func listed(all []quarantine.Record) []entry {
	entries := make([]entry, len(all))
	for i, r := range all {
		entries[i] = entry{r.ID, r.Stored.UTC(), r}
	}
	return entries
}

func counts(groups []*group) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"destination", "reason", "records", "objects", "newest", "its ID"})
	for _, g := range groups {
		t.AppendRow(table.Row{g.Destination, printable(string(g.Reason)), g.Records, g.Objects, g.Newest.Format(time.RFC3339), g.NewestID})
	}
	return t
}

func records(all []quarantine.Record) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"ID", "reason", "field", "object", "line", "stored"})
	for _, r := range all {
		t.AppendRow(table.Row{
			r.ID, printable(string(r.Reason)), printable(r.Field), printable(uri(r.Source)), r.Line, r.Stored.UTC().Format(time.RFC3339),
		})
	}
	return t
}

func writeTable(out io.Writer, t table.Writer) error {
	text := "nothing is in quarantine\n"
	if t.Length() > 0 {
		t.SetStyle(table.StyleLight)
		t.Style().Format.Header = 0 // headers as they are written
		text = t.Render() + "\n"
	}
	_, err := io.WriteString(out, text)
	return err //nolint:wrapcheck // it names the file
}

func writeJSON(out io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err //nolint:wrapcheck // it names the file
}
