package rum

import (
	"fmt"
	"strings"
)

// Reason is why an event, or the rest of an object, was refused.
type Reason string

// The reasons.
const (
	Syntax             Reason = "syntax"              // not JSON
	NotObject          Reason = "not_object"          // JSON, and no object
	InvalidUTF8        Reason = "invalid_utf8"        //
	LineTooLong        Reason = "line_too_long"       // over MaxLineBytes
	MissingField       Reason = "missing_field"       // a required field is absent or null
	TypeMismatch       Reason = "type_mismatch"       // a string for a number, a fraction for an integer …
	NotFinite          Reason = "not_finite"          // NaN, infinity, or a number that float64 cannot hold
	Negative           Reason = "negative"            // a negative timing or count
	OutOfRange         Reason = "out_of_range"        // over the field's limit
	StringTooLong      Reason = "string_too_long"     //
	UnknownEventType   Reason = "unknown_event_type"  //
	UnsupportedVersion Reason = "unsupported_version" // a schema_version that this code does not know
	BadUUID            Reason = "bad_uuid"            //
	BadTimestamp       Reason = "bad_timestamp"       // neither milliseconds nor RFC 3339, or not of 2000 to 2099
	EventInFuture      Reason = "event_in_future"     // event_ts too far ahead of received_ts
	EventTooOld        Reason = "event_too_old"       // event_ts too far behind received_ts
	UncleanURL         Reason = "unclean_url"         // a query, fragment or userinfo where none may be
	UnclosedArray      Reason = "unclosed_array"      // the document ends inside its array
	NotRUM             Reason = "not_rum"             // an object that is no text, or whose first lines are all refused
	Truncated          Reason = "truncated"           // compressed data that breaks off
	Corrupt            Reason = "corrupt"             // compressed data that does not decompress
	TooLarge           Reason = "too_large"           // more decompressed bytes than the limit
	Bomb               Reason = "decompression_bomb"  // decompresses over the ratio's limit
)

// Rejected is the error for what cannot be an event: one record of a document, or, with Rest, everything from Offset
// to the document's end. Its neighbours are not affected.
type Rejected struct {
	Reason Reason
	// Field is the offending field, where there is one.
	Field string
	// Detail says what was found, for a person.
	Detail string
	// Line and Offset say where the record begins in the decompressed document; lines count from 1, bytes from 0.
	Line, Offset int64
	// Rest says that nothing behind Offset was read as events.
	Rest bool
	// Raw is the record, at most MaxLineBytes of it; nil with Rest. It is valid until the next call of Next.
	Raw []byte
}

func (r *Rejected) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d (byte %d): %s", r.Line, r.Offset, r.Reason)
	if r.Field != "" {
		b.WriteString(" in " + r.Field)
	}
	if r.Detail != "" {
		b.WriteString(": " + r.Detail)
	}
	if r.Rest {
		b.WriteString(" (nothing behind it was read)")
	}
	return b.String()
}
