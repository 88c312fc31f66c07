package generate

import (
	"bytes"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// membersOf is how many bytes of a document go into one of several gzip members. They are cut anywhere, as a shipper
// that concatenates its buffers cuts them.
const membersOf = 48 << 10

func compress(p Packing, plain []byte) []byte {
	switch p {
	case Gzip:
		return gzipped(plain)
	case GzipMembers:
		var all []byte
		for len(plain) > membersOf {
			all = append(all, gzipped(plain[:membersOf])...)
			plain = plain[membersOf:]
		}
		return append(all, gzipped(plain)...)
	case Zstd:
		return zstandard(plain)
	case Plain:
	}
	return plain
}

func gzipped(plain []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(w.Write(plain))
	check(w.Close())
	return b.Bytes()
}

func zstandard(plain []byte) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	check(err)
	must(w.Write(plain))
	check(w.Close())
	return b.Bytes()
}

func must(_ int, err error) { check(err) }

// check is for what cannot fail: writing to memory.
func check(err error) {
	if err != nil {
		panic("generate: " + err.Error())
	}
}
