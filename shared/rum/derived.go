package rum

import (
	"crypto/sha1" //nolint:gosec // RFC 9562 makes version 5 of it, and nobody has to be kept from finding collisions
	"strconv"

	"github.com/google/uuid"
)

// eventNamespace is the UUID namespace of the event IDs that are derived: a constant of this product.
var eventNamespace = uuid.MustParse("6f1d3c1e-52d5-5c0a-9a53-1f0e8f3b7a41")

// DerivedID is the event ID of a record whose producer gave it none: the same whenever the same object is read. The
// line counts from 1; element is the record's position in its array, from 1, or 0 for a record that is in none.
func DerivedID(source string, line, element int64) uuid.UUID {
	return uuidV5(appendIDName(nil, source, line, element))
}

// appendIDName appends what the ID of a record is made of: the namespace, and the record's name in it.
func appendIDName(b []byte, source string, line, element int64) []byte {
	b = append(b, eventNamespace[:]...)
	b = append(append(b, source...), '#')
	b = strconv.AppendInt(b, line, 10)
	if element > 0 {
		b = strconv.AppendInt(append(b, '.'), element, 10)
	}
	return b
}

// uuidV5 is uuid.NewSHA1 for a namespace and name that lie in one piece of memory, without its allocations.
func uuidV5(name []byte) (id uuid.UUID) {
	sum := sha1.Sum(name) //nolint:gosec // see the import
	copy(id[:], sum[:])
	id[6] = id[6]&0x0F | 5<<4 // version 5 (RFC 9562, section 5.5)
	id[8] = id[8]&0x3F | 0x80 // variant of RFC 9562
	return id
}
