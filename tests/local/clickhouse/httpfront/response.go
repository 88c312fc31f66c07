package httpfront

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

// response holds the first of an answer back, so that a statement which fails early, as most do, gets an honest status. Past
// that, or past a spool file if the client asked for wait_end_of_query, a failure is told inside the body.
type response struct {
	to      http.ResponseWriter
	dir     string
	began   time.Time
	request *request
	tag     string
	summary chdb.Progress

	held    bytes.Buffer
	spool   *os.File
	started bool
	// encoder is the HTTP content encoding, out the writer above it that may add frames.
	encoder io.WriteCloser
	out     io.Writer
}

// heldBytes is how much of an answer is held back in memory.
const heldBytes = 1 << 20

func newResponse(w http.ResponseWriter, scratch string) *response {
	// A tag of 16 characters, drawn anew for each answer, marks an exception in the body as the server's.
	return &response{to: w, dir: scratch, began: time.Now(), tag: rand.Text()[:16], request: &request{}}
}

func (r *response) prepare(request *request) {
	r.request = request
	header := r.to.Header()
	header.Set("X-ClickHouse-Query-Id", cmp.Or(request.queryID, strings.ToLower(rand.Text())))
	header.Set("X-ClickHouse-Server-Display-Name", "libchdb")
	header.Set("X-ClickHouse-Exception-Tag", r.tag)
}

func (r *response) format(name string) {
	r.to.Header().Set("X-ClickHouse-Format", name)
	kind := "text/plain; charset=UTF-8"
	switch upper := strings.ToUpper(name); {
	case upper == "NATIVE", strings.HasPrefix(upper, "ROWBINARY"), upper == "PARQUET":
		kind = "application/octet-stream"
	case strings.HasPrefix(upper, "TAB"), strings.HasPrefix(upper, "TSV"):
		kind = "text/tab-separated-values; charset=UTF-8"
	case strings.HasPrefix(upper, "CSV"):
		kind = "text/csv; charset=UTF-8; header=absent"
	case upper == "JSONEACHROW", upper == "NDJSON", upper == "JSONLINES":
		kind = "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(upper, "JSON"):
		kind = "application/json; charset=UTF-8"
	}
	r.to.Header().Set("Content-Type", kind)
}

func (r *response) progress(more chdb.Progress) {
	r.summary.ReadRows += more.ReadRows
	r.summary.ReadBytes += more.ReadBytes
	r.summary.WrittenRows += more.WrittenRows
	r.summary.WrittenBytes += more.WrittenBytes
}

// Write takes a part of the result.
func (r *response) Write(p []byte) (int, error) {
	switch {
	case r.started:
		return r.out.Write(p) //nolint:wrapcheck // an error of the client's connection, for the caller to drop
	case r.spool != nil:
		return r.spool.Write(p) //nolint:wrapcheck // names the file
	case r.held.Len()+len(p) <= heldBytes:
		return r.held.Write(p) //nolint:wrapcheck // never fails
	case r.request.waitEnd:
		spool, err := os.CreateTemp(r.dir, "result-*")
		if err != nil {
			return 0, fmt.Errorf("spool the result: %w", err)
		}
		r.spool = spool
		return spool.Write(p) //nolint:wrapcheck // names the file
	}
	if err := r.start(); err != nil {
		return 0, err
	}
	return r.out.Write(p) //nolint:wrapcheck // as above
}

// start sends the header and what was held.
func (r *response) start() error {
	r.started = true
	r.to.Header().Set("X-ClickHouse-Summary", r.summaryText())
	if r.request.encoding != "" {
		r.to.Header().Set("Content-Encoding", r.request.encoding)
	}
	r.encoder = contentEncoder(r.request.encoding, r.to)
	r.out = r.encoder
	if r.request.frames != "" {
		r.out = newFrameWriter(r.request.frames, r.encoder)
	}
	if _, err := r.out.Write(r.held.Bytes()); err != nil {
		return fmt.Errorf("send the result: %w", err)
	}
	r.held = bytes.Buffer{}
	return nil
}

// finish sends what is still held, and the end.
func (r *response) finish() error {
	if !r.started && r.spool == nil && r.held.Len() == 0 {
		// No body at all: clickhouse-go knows an empty answer by its length.
		r.to.Header().Set("X-ClickHouse-Summary", r.summaryText())
		r.to.Header().Set("Content-Length", "0")
		r.to.WriteHeader(http.StatusOK)
		return nil
	}
	if !r.started {
		if err := r.start(); err != nil {
			return err
		}
	}
	if r.spool != nil {
		if _, err := r.spool.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the spooled result: %w", err)
		}
		if _, err := io.Copy(r.out, r.spool); err != nil {
			return fmt.Errorf("send the spooled result: %w", err)
		}
	}
	if err := r.encoder.Close(); err != nil {
		return fmt.Errorf("send the result: %w", err)
	}
	return nil
}

// fail tells the client of err: by status and header while there is time, else inside the body.
func (r *response) fail(err error) {
	e := asException(err)
	if r.started {
		message := fmt.Sprintf("\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", r.tag, e.Text, len(e.Text)+1, r.tag)
		// A client that is gone cannot be told.
		_, _ = io.WriteString(r.out, message)
		_ = r.encoder.Close()
		return
	}
	header := r.to.Header()
	header.Set("Content-Type", "text/plain; charset=UTF-8")
	header.Set("X-ClickHouse-Exception-Code", strconv.Itoa(e.Code))
	header.Set("X-ClickHouse-Summary", r.summaryText())
	if e.Code == authenticationFailed {
		header.Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
	}
	r.to.WriteHeader(httpStatus(e.Code))
	_, _ = io.WriteString(r.to, e.Text+"\n") // as above
}

func (r *response) close() {
	if r.spool != nil {
		_ = r.spool.Close()
		_ = os.Remove(r.spool.Name()) // lies in the data directory, which goes with the server
	}
}

func (r *response) summaryText() string {
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	text, err := json.Marshal(map[string]string{
		"read_rows": number(r.summary.ReadRows), "read_bytes": number(r.summary.ReadBytes),
		"written_rows": number(r.summary.WrittenRows), "written_bytes": number(r.summary.WrittenBytes),
		"elapsed_ns": strconv.FormatInt(time.Since(r.began).Nanoseconds(), 10),
	})
	if err != nil {
		panic(fmt.Sprintf("strings that do not encode: %v", err))
	}
	return string(text)
}
