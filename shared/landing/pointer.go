// Package landing is what lands: it reads S3 notifications into pointers to source objects, and opens the objects as
// the documents that they hold, decompressed and within limits.
package landing

import "strings"

// Pointer names a source object: what a queue's message carries instead of the object's bytes.
type Pointer struct {
	Bucket string
	Key    string
	// VersionID is empty in a bucket without versioning.
	VersionID string
	// Sequencer orders the events of one key; hexadecimal, empty where the notification has none.
	Sequencer string
	// ETag is the object's entity tag, without quotes.
	ETag string
	// Size is the object's, in bytes as stored.
	Size int64
	// Generation is empty but for objects that are delivered once more on purpose, into tables that were rebuilt: each
	// generation is delivered exactly once.
	Generation string `json:",omitempty"`
}

// Identity tells source objects apart: an object that was written again under the same key is another one, while a
// notification that is delivered twice names the same.
func (p Pointer) Identity() string {
	version := p.VersionID
	if version == "" {
		version = p.Sequencer
	}
	// Neither buckets, versions nor entity tags have spaces, so that the key may have any byte; and no bucket's name has a
	// colon.
	identity := strings.Join([]string{p.Bucket, version, p.ETag, p.Key}, " ")
	if p.Generation != "" {
		identity = "generation:" + p.Generation + " " + identity
	}
	return identity
}

// String is the object's URI, with its version where it has one.
func (p Pointer) String() string {
	s := "s3://" + p.Bucket + "/" + p.Key
	if p.VersionID != "" {
		s += "?versionId=" + p.VersionID
	}
	return s
}
