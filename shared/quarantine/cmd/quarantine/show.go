package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rumline/rumline/shared/quarantine"
)

func show(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	flags, place := newFlags("show", " ID…", "Shows records, with the text that was refused. `quarantine list -all` has the IDs.")
	raw := flags.Bool("raw", false, "write the refused bytes and nothing else, a line for each record: repair them, and put them back")
	asJSON := flags.Bool("json", false, "write JSON")
	if err := flags.Parse(args); err != nil {
		return err //nolint:wrapcheck // it says which flag
	}
	if flags.NArg() == 0 {
		return errors.New("show what? `quarantine list` has the IDs of records")
	}
	reader, err := place.reader(ctx)
	if err != nil {
		return err
	}
	for i, id := range flags.Args() {
		r, err := reader.Find(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case *asJSON:
			err = writeJSON(out, listed([]quarantine.Record{r})[0])
		case *raw:
			_, err = out.Write(append(r.Bytes(), '\n'))
		default:
			if i > 0 {
				id = "\n" + id
			}
			_, err = fmt.Fprintf(out, "%s\n%s", id, describe(r))
		}
		if err != nil {
			return err //nolint:wrapcheck // it names the file
		}
	}
	return nil
}

func describe(r quarantine.Record) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, printable(text))
		}
	}
	line("destination", r.Destination)
	line("reason", string(r.Reason))
	line("field", r.Field)
	line("detail", r.Detail)
	line("object", uri(r.Source))
	line("place", fmt.Sprintf("line %d, byte %d", r.Line, r.Offset))
	line("schema", fmt.Sprintf("version %d", r.SchemaVersion))
	line("stored", r.Stored.UTC().Format(time.RFC3339))
	switch {
	case r.Rest:
		line("text", "none: nothing of the object behind this place was read")
	case r.RawCut:
		line("text", fmt.Sprintf("the first %d bytes of it; the object has the rest", len(r.Bytes())))
	}
	if len(r.Bytes()) > 0 {
		b.WriteString(printable(string(r.Bytes())) + "\n")
	}
	return b.String()
}

func uri(s quarantine.Source) string {
	text := "s3://" + s.Bucket + "/" + s.Key
	if s.VersionID != "" {
		text += "?versionId=" + s.VersionID
	}
	return text
}

// printable writes what a terminal might obey as an escape sequence: strangers sent it.
func printable(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
