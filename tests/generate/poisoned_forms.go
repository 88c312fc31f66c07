package generate

import (
	"bytes"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/rum"
)

// syntax is NDJSON with lines that are no JSON, or no event, in every place.
func (p *poisoner) syntax() {
	half := func() string { e := p.event(nil); return e[:len(e)*2/3] }

	p.reject(rum.Syntax, "", half())
	p.good()
	p.finish("broken-first-line.ndjson", Plain)

	p.good()
	p.reject(rum.Syntax, "", half())
	p.reject(rum.Syntax, "", "not json at all")
	p.reject(rum.Syntax, "", p.event(nil)+p.event(nil)) // two on a line
	p.reject(rum.Syntax, "", p.with("page_group", "'home'"))
	p.reject(rum.Syntax, "", p.with("page_group", "\"a\x01b\""))
	p.reject(rum.Syntax, "", p.with("lcp_ms", "01"))
	p.reject(rum.Syntax, "", p.with("lcp_ms", "1,"))
	p.reject(rum.NotObject, "", "42")
	p.reject(rum.NotObject, "", `"event"`)
	p.reject(rum.NotObject, "", "null")
	p.reject(rum.NotObject, "", "[1,2]")
	p.reject(rum.MissingField, "schema_version", "{}")
	p.finish("broken-lines.ndjson", GzipMembers)

	p.good()
	p.good()
	p.refused(rum.Syntax, "")
	p.doc.add(half())
	p.finish("broken-last-line.ndjson", Zstd)
}

// arrays are documents of the other form.
func (p *poisoner) arrays() {
	element := func(n int) { p.doc.record([]byte(p.event(nil)), n) }

	p.doc.add("[\n")
	element(1)
	p.doc.add(",\n")
	p.refused(rum.Negative, "lcp_ms")
	p.doc.add(p.with("lcp_ms", "-5") + ",\n")
	p.refused(rum.NotObject, "")
	p.doc.add("17,\n")
	p.refused(rum.Syntax, "")
	p.doc.add(p.with("lcp_ms", "1..2") + ",\n")
	element(5)
	p.doc.add("\n]\n")
	p.finish("bad-elements.json", Plain)

	p.doc.add("[")
	element(1)
	p.doc.add(",\n")
	element(2)
	p.doc.add("\n")
	p.refused(rum.UnclosedArray, "")
	p.finish("unclosed-array.json", Gzip)
}

// streams are compressed objects that do not decompress to their end.
func (p *poisoner) streams() {
	for _, s := range []struct {
		name    string
		packing Packing
		write   func(head, tail []byte) []byte
		reason  rum.Reason
	}{
		{"truncated.ndjson.gz", Gzip, flushedGzip, rum.Truncated},
		{"truncated.ndjson.zst", Zstd, flushedZstd, rum.Truncated},
		{"truncated-member.ndjson.gz", GzipMembers, func(head, tail []byte) []byte {
			member := gzipped(tail)
			return append(gzipped(head), member[:len(member)/2]...)
		}, rum.Truncated},
		{"truncated-header.ndjson.gz", GzipMembers, func(head, tail []byte) []byte {
			return append(gzipped(head), gzipped(tail)[:4]...)
		}, rum.Truncated},
		{"bad-checksum.ndjson.gz", Gzip, func(head, _ []byte) []byte {
			b := gzipped(head)
			b[len(b)-6] ^= 0xFF
			return b
		}, rum.Corrupt},
		{"garbage-behind.ndjson.gz", Gzip, func(head, _ []byte) []byte {
			return append(gzipped(head), "this is no gzip member"...)
		}, rum.Corrupt},
	} {
		p.good()
		p.good()
		p.good()
		head := bytes.Clone(p.doc.text)
		p.rest(s.reason)
		p.finishAs(s.name, s.packing, s.write(head, []byte(p.event(nil)+"\n")))
	}
	p.bomb("bomb.ndjson.gz", Gzip)
	p.bomb("bomb.ndjson.zst", Zstd)
}

// flushedGzip is a stream that has the whole head and breaks off within the tail.
func flushedGzip(head, tail []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(w.Write(head))
	check(w.Flush())
	whole := b.Len()
	must(w.Write(tail))
	check(w.Flush())
	return b.Bytes()[:whole+(b.Len()-whole)/2]
}

func flushedZstd(head, tail []byte) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	check(err)
	must(w.Write(head))
	check(w.Flush())
	whole := b.Len()
	must(w.Write(tail))
	check(w.Flush())
	return b.Bytes()[:whole+(b.Len()-whole)/2]
}

// bombBytes is what a bomb decompresses to: twice what passes without a look at the ratio.
const bombBytes = 32 << 20

// bomb is a few good events, and behind them empty lines without end.
func (p *poisoner) bomb(name string, packing Packing) {
	p.good()
	p.good()
	p.rest(rum.Bomb)
	p.bad[0].Line = 0
	body := compress(packing, append(bytes.Clone(p.doc.text), bytes.Repeat([]byte{'\n'}, bombBytes)...))
	p.finishAs(name, packing, body)
}

// strangers are objects that were never meant for this bucket.
func (p *poisoner) strangers() {
	p.rest(rum.NotRUM)
	p.doc.text = append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{0, 0xFF, '\n', 0x80, '{'}, 400)...)
	p.finish("picture.png", Plain)

	for _, line := range []string{"<!DOCTYPE html>", "<html><head><title>502 Bad Gateway</title></head>", "<body>nginx</body></html>"} {
		p.refused(rum.Syntax, "")
		p.doc.add(line + "\n")
	}
	p.finish("page.html", Plain)

	for range 1000 {
		p.refused(rum.Syntax, "")
		p.doc.add("2026-11-20T12:00:00Z GET /index.html 200\n")
	}
	p.rest(rum.NotRUM)
	for range 500 {
		p.doc.add("2026-11-20T12:00:01Z GET /index.html 200\n")
	}
	p.finish("access.log.zst", Zstd)

	p.refused(rum.MissingField, "schema_version")
	p.doc.add("{}")
	p.finish("empty-object.json", Plain)

	p.doc.add("[]\n")
	p.finish("empty-array.json", Plain)

	p.finish("empty", Plain)

	p.doc.add("\n \n\r\n")
	p.finish("blank.ndjson", Gzip)
}
