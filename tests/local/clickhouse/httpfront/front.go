// Package httpfront speaks ClickHouse's HTTP interface in front of libchdb, so that clickhouse-go and curl see a ClickHouse
// server. Every request gets an engine session of its own (a fifth of a millisecond), so no setting, current database or
// temporary table outlives its request, however it ends.
//
// What a server has and this front has not: sessions over several requests (session_id), external tables in multipart bodies,
// roles, quotas.
package httpfront

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

// Config says what the front serves.
type Config struct {
	// Library is the loaded engine, DataDir its data directory (and of scratch files).
	Library *chdb.Library
	DataDir string
	// User and Password are the only credentials let in. An empty User means "default".
	User, Password string
}

// Front is the HTTP handler.
type Front struct {
	config Config
	// anchor keeps the engine alive between requests: closing the last connection would stop it.
	anchor *chdb.Connection
	// version and timezone answer the client's handshake.
	version, timezone string
	slots             chan struct{}
}

// maxRequests bounds the statements that run at once; more of them wait.
const maxRequests = 64

// New starts the engine on the data directory.
func New(config Config) (*Front, error) {
	if config.User == "" {
		config.User = "default"
	}
	anchor, err := config.Library.Connect(config.DataDir)
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	front := &Front{config: config, anchor: anchor, slots: make(chan struct{}, maxRequests)}
	result, err := anchor.Query("SELECT version(), timezone()", "TSV", nil)
	if err != nil {
		anchor.Close()
		return nil, fmt.Errorf("ask the engine for its version: %w", err)
	}
	defer result.Close()
	front.version, front.timezone, _ = strings.Cut(strings.TrimSpace(string(result.Bytes())), "\t")
	return front, nil
}

// Version is the engine's version, such as "26.7.2.1".
func (f *Front) Version() string { return f.version }

// Close stops the engine. No request may be running.
func (f *Front) Close() { f.anchor.Close() }

// ServeHTTP answers /ping and runs the statement of every other request.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ping" || r.Method == http.MethodGet && r.URL.Path == "/" && r.URL.RawQuery == "" {
		_, _ = io.WriteString(w, "Ok.\n") // a caller that has gone needs no answer
		return
	}
	response := newResponse(w, f.config.DataDir)
	defer response.close()
	err := f.serve(r, response)
	if err == nil {
		err = response.finish()
	}
	if err != nil {
		// What the caller still sends must be taken, else it may see a reset connection in place of the answer.
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
		response.fail(err)
	}
}

const maxDrain = 256 << 20

func (f *Front) serve(r *http.Request, response *response) error {
	if err := f.authenticate(r); err != nil {
		return err
	}
	request, err := parseRequest(r)
	if err != nil {
		return err
	}
	response.prepare(request)
	if request.isHello() {
		return f.hello(response)
	}
	statement, err := readStatement(request.body)
	if err != nil {
		return err
	}
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-r.Context().Done():
		return canceled(r.Context())
	}
	session, err := f.open(request)
	if err != nil {
		return err
	}
	defer session.close()
	defer session.killWhenDone(r.Context())()
	err = session.run(request, statement, response)
	if r.Context().Err() != nil && err != nil {
		return errors.Join(canceled(r.Context()), err)
	}
	return err
}

func canceled(ctx context.Context) error {
	return exception(queryWasCancelled, "QUERY_WAS_CANCELLED", fmt.Sprintf("the client went away: %v", context.Cause(ctx)))
}
