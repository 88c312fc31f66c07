package quarantine

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/rumline/rumline/shared/rum"
)

// MaxRawBytes bounds what is kept of a refused record's bytes. The source object has the rest for as long as it is there.
const MaxRawBytes = 64 << 10

// recordVersion is the version of Record as JSON. Changes are additive; a change of a member's meaning raises it.
const recordVersion = 1

// Source is the object that a record comes from.
type Source struct {
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"version_id,omitempty"`
	ETag      string `json:"etag,omitempty"`
}

// Record is one line of the quarantine.
type Record struct {
	RecordVersion int        `json:"record_version"`
	Destination   string     `json:"destination"`
	BatchID       string     `json:"batch_id"`
	Reason        rum.Reason `json:"reason"`
	// Field is the offending field, where there is one, and Detail what was found, for a person.
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail,omitempty"`
	Source Source `json:"source"`
	// Line and Offset say where the record begins in the decompressed object; lines count from 1, bytes from 0.
	Line   int64 `json:"line"`
	Offset int64 `json:"offset"`
	// Rest says that nothing behind Offset was read as events. Such a record has no bytes.
	Rest bool `json:"rest"`
	// SchemaVersion is the newest one that the code understood which refused the record.
	SchemaVersion int `json:"schema_version"`
	// Raw are the record's bytes when they are valid UTF-8, RawBase64 when they are not. RawCut says that there were more.
	Raw       string `json:"raw,omitempty"`
	RawBase64 []byte `json:"raw_base64,omitempty"`
	RawCut    bool   `json:"raw_cut,omitempty"`

	// ID finds the record again: its object's key without prefix and suffixes, and its number in it. Set by a Reader.
	ID string `json:"-"`
	// Stored is when S3 took the record, for the last time. Set by a Reader.
	Stored time.Time `json:"-"`
}

// Bytes are the refused bytes, as many as were kept.
func (r Record) Bytes() []byte {
	if r.RawBase64 != nil {
		return r.RawBase64
	}
	return []byte(r.Raw)
}

func newRecord(destination, batchID string, source Source, rejected *rum.Rejected) Record {
	r := Record{
		RecordVersion: recordVersion, Destination: destination, BatchID: batchID, Source: source,
		Reason: rejected.Reason, Field: rejected.Field, Detail: rejected.Detail,
		Line: rejected.Line, Offset: rejected.Offset, Rest: rejected.Rest, SchemaVersion: rum.SchemaVersion,
	}
	raw := bounded(rejected.Raw)
	// The decoder itself cuts what is over its own limit.
	r.RawCut = len(raw) < len(rejected.Raw) || rejected.Reason == rum.LineTooLong
	if utf8.Valid(raw) {
		r.Raw = string(raw)
	} else {
		r.RawBase64 = raw
	}
	return r
}

// bounded cuts what is too long, and no character in two: text would not be valid any more.
func bounded(raw []byte) []byte {
	if len(raw) <= MaxRawBytes {
		return raw
	}
	raw = raw[:MaxRawBytes]
	for n := 1; n < utf8.UTFMax; n++ {
		last := raw[len(raw)-n:]
		if utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return raw[:len(raw)-n]
			}
			break
		}
	}
	return raw
}

// suffix ends every key.
const suffix = ".ndjson.zst"

func key(prefix, destination, batchID string, part int) string {
	return fmt.Sprintf("%s%s/%s/%05d%s", prefix, destination, batchID, part, suffix)
}
