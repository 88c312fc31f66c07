package generate

import (
	"fmt"
	"iter"
	"time"
)

// Form is how events are put together in a document.
type Form string

// The forms.
const (
	NDJSON Form = "ndjson"
	Array  Form = "array"
	Single Form = "single"
)

// Packing is how a document is compressed.
type Packing string

// The packings.
const (
	Plain       Packing = "plain"
	Gzip        Packing = "gzip"
	GzipMembers Packing = "gzip_members" // several gzip members, one behind the other
	Zstd        Packing = "zstd"
)

var (
	forms = byOdds(odds{string(NDJSON), 76}, odds{string(Array), 24})
	// Compressed most of the time: nobody pays for storage that he need not pay for.
	packings = byOdds(odds{string(Plain), 14}, odds{string(Gzip), 46}, odds{string(GzipMembers), 14}, odds{string(Zstd), 26})
)

// singleShare of the objects are one event each, from collectors that write one object a beacon.
const singleShare = 0.04

// pack puts a site's beacons into objects, in the order in which they were received.
func pack(d dice, s *site, b *beacons, objects int, o Options) iter.Seq[Object] {
	return func(yield func(Object) bool) {
		singles := int(float64(objects) * singleShare)
		parts := sizes(d, len(b.items)-min(singles, len(b.items)-1), objects-singles)
		for range singles {
			at := d.IntN(len(parts) + 1)
			parts = append(parts[:at], append([]int{0}, parts[at:]...)...) // 0: a single one
		}
		next := 0
		for i, n := range parts {
			form, packing := Form(forms.draw(d).name), Packing(packings.draw(d).name)
			if n == 0 {
				form, n = Single, 1
			}
			object := newObject(d, form, packing, b, next, next+n)
			received := time.UnixMilli(b.items[next+n-1].received).UTC()
			object.Key = o.Prefix + s.id + "/" + received.Format("2006/01/02/15/") + objectName(d, s, i, received, form, packing)
			next += n
			if !yield(object) {
				return
			}
		}
	}
}

// oddNames are names that a collector's operator comes up with, and that a URL has to encode.
var oddNames = []string{
	"batch %s (retry 2)", "edge+fra50=%s", "größe-%s", "日本語 %s", "q=1&seq=%s", "100%% of %s", "late~%s'!",
}

func objectName(d dice, s *site, i int, received time.Time, form Form, packing Packing) string {
	// Every name has a random part: traffic of another seed, of the same hour, must not overwrite it.
	number := fmt.Sprintf("%04d-%s", i, randomHex(d, 8))
	name := "edge-" + received.Format("20060102T150405Z") + "-" + number
	if i%6 == 5 {
		name = fmt.Sprintf(oddNames[(i/6+len(s.id))%len(oddNames)], number)
	}
	if form == NDJSON {
		name += ".ndjson"
	} else {
		name += ".json"
	}
	switch {
	case d.chance(0.03): // a name that says nothing, or the wrong thing, about the content
		return name + one(d, []string{"", ".gz", ".bak"})
	case packing == Zstd:
		return name + ".zst"
	case packing == Gzip || packing == GzipMembers:
		return name + ".gz"
	default:
		return name
	}
}
