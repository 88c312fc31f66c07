// Package sink is a ClickHouse that stores nothing: it speaks as much of the HTTP interface as inserts need, decodes every
// block of them to the last value, and counts the rows. What it cannot decode it refuses, as a server does.
package sink

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// Sink is the server's handler. It is safe for concurrent use.
type Sink struct {
	mu     sync.Mutex
	counts Counts
}

// Counts is what was inserted.
type Counts struct {
	// Inserts are the statements, Rows what they brought, Bytes what was on the wire.
	Inserts, Rows, Bytes int64
	// Columns is how many the last block had.
	Columns int
}

// Take returns what was inserted since it was last asked.
func (s *Sink) Take() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.counts
	s.counts = Counts{}
	return counts
}

// helloQuery is clickhouse-go's handshake.
const helloQuery = "SELECT displayName(), version(), revision(), timezone()"

// ServeHTTP implements http.Handler.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ping" {
		_, _ = io.WriteString(w, "Ok.\n") // who has gone needs no answer
		return
	}
	wire := &counter{from: r.Body}
	if err := s.serve(w, r, wire); err != nil {
		w.Header().Set("X-Clickhouse-Exception-Code", "33") // CANNOT_READ_ALL_DATA
		http.Error(w, "Code: 33. DB::Exception: "+err.Error(), http.StatusInternalServerError)
	}
}

func (s *Sink) serve(w http.ResponseWriter, r *http.Request, wire *counter) error {
	query := r.URL.Query()
	body, err := decoded(r, wire)
	if err != nil {
		return err
	}
	sql := query.Get("query")
	if sql == "" {
		text, err := io.ReadAll(io.LimitReader(body, maxStatement))
		if err != nil {
			return fmt.Errorf("read the statement: %w", err)
		}
		sql = string(text)
	}
	switch upper := strings.ToUpper(sql); {
	case strings.TrimSpace(sql) == helloQuery:
		return hello(w, query.Get("compress") == "1")
	case !strings.HasPrefix(strings.TrimSpace(upper), "INSERT INTO"):
		return fmt.Errorf("the statement %.100q is not known here", sql)
	case strings.Contains(upper, "FORMAT JSONEACHROW"):
		return s.count(wire, func(c *Counts) error { return lines(body, c) })
	default:
		return s.count(wire, func(c *Counts) error { return blocks(body, c) })
	}
}

const maxStatement = 1 << 20

// decoded undoes what lies over the body: HTTP's coding, and ClickHouse's own.
func decoded(r *http.Request, wire io.Reader) (io.Reader, error) {
	body := wire
	switch coding := r.Header.Get("Content-Encoding"); coding {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("the body is no gzip: %w", err)
		}
		body = unzipped
	default:
		return nil, fmt.Errorf("the coding %q is not known here", coding)
	}
	if r.URL.Query().Get("decompress") == "1" {
		body = compress.NewReader(body)
	}
	return body, nil
}

func (s *Sink) count(wire *counter, read func(*Counts) error) error {
	c := Counts{Inserts: 1}
	if err := read(&c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Inserts += c.Inserts
	s.counts.Rows += c.Rows
	s.counts.Bytes += wire.n
	s.counts.Columns = c.Columns
	return nil
}

// blocks decodes blocks of the Native format, to the end of the body.
func blocks(body io.Reader, c *Counts) error {
	buffered := bufio.NewReaderSize(body, 1<<20)
	reader := chproto.NewReader(buffered)
	for {
		b := proto.NewBlock()
		b.ServerContext.Timezone = time.UTC
		if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		if err := b.Decode(reader, 0); err != nil {
			return fmt.Errorf("a block cannot be decoded: %w", err)
		}
		c.Rows += int64(b.Rows())
		c.Columns = len(b.Columns)
	}
}

// lines counts the objects of NDJSON.
func lines(body io.Reader, c *Counts) error {
	scanner := bufio.NewScanner(body)
	scanner.Buffer(nil, 2<<20)
	for scanner.Scan() {
		switch text := scanner.Bytes(); {
		case len(text) == 0:
		case text[0] == '{' && text[len(text)-1] == '}':
			c.Rows++
		default:
			return fmt.Errorf("line %d is no object", c.Rows+1)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("read the lines: %w", err)
	}
	return nil
}

// hello answers the handshake. Revision 0 has the client write blocks in the plain form of the format.
func hello(w io.Writer, compressed bool) error {
	const helloRevision = 54460 // what the client decodes the answer with
	block := proto.NewBlock()
	for _, c := range []struct{ name, kind string }{
		{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"},
	} {
		if err := block.AddColumn(c.name, column.Type(c.kind)); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
	}
	if err := block.Append("sink", "26.7.2.1", uint32(0), "UTC"); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	var buffer chproto.Buffer
	if err := block.Encode(&buffer, helloRevision); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	answer := buffer.Buf
	if compressed {
		frame := compress.NewWriter(0, compress.LZ4)
		if err := frame.Compress(answer); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
		answer = frame.Data
	}
	if _, err := w.Write(answer); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	return nil
}

// counter counts what passes.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += int64(n)
	return n, err //nolint:wrapcheck // io.Reader asks for io.EOF itself
}
