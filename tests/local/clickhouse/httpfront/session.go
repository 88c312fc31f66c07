package httpfront

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

// session is a request's own engine session.
type session struct {
	front *Front
	conn  *chdb.Connection
	// mark is the log_comment by which the running statement is found to be killed: the engine gives no other handle.
	mark string
}

func (f *Front) open(request *request) (*session, error) {
	conn, err := f.config.Library.Connect(f.config.DataDir)
	if err != nil {
		return nil, fmt.Errorf("open a session: %w", err)
	}
	s := &session{front: f, conn: conn, mark: rand.Text()}
	if err := s.prepare(request); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) close() { s.conn.Close() }

func (s *session) prepare(request *request) error {
	if request.database != "" {
		if err := s.conn.Exec("USE `" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(request.database) + "`"); err != nil {
			return err
		}
	}
	// implicit_select is on in libchdb alone: with it a misspelt keyword would be an expression.
	settings := map[string]string{"implicit_select": "0"}
	maps.Copy(settings, request.settings)
	s.mark = strings.TrimSpace(settings["log_comment"] + " " + s.mark)
	settings["log_comment"] = s.mark
	var set []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if name != "readonly" {
			set = append(set, name+" = "+quote(settings[name]))
		}
	}
	if err := s.conn.Exec("SET " + strings.Join(set, ", ")); err != nil {
		return err
	}
	readOnly := settings["readonly"]
	if request.readOnly && (readOnly == "" || readOnly == "0") {
		readOnly = "2" // as a server: GET reads
	}
	if readOnly != "" {
		return s.conn.Exec("SET readonly = " + quote(readOnly))
	}
	return nil
}

func quote(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// killWhenDone kills the session's statement when ctx ends before the returned function is called.
func (s *session) killWhenDone(ctx context.Context) (stop func()) {
	ended := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-ended:
		case <-ctx.Done():
			s.kill(ended)
		}
	})
	return func() {
		close(ended)
		watch.Wait()
	}
}

// killEvery is how often a kill is repeated: the first may come before the engine has registered the statement.
const killEvery = 50 * time.Millisecond

func (s *session) kill(ended <-chan struct{}) {
	killer, err := s.front.config.Library.Connect(s.front.config.DataDir)
	if err != nil {
		return // the statement then runs to its end, which is all that is lost
	}
	defer killer.Close()
	for {
		_ = killer.Exec("KILL QUERY WHERE Settings['log_comment'] = " + quote(s.mark) + " ASYNC") // as above
		select {
		case <-ended:
			return
		case <-time.After(killEvery):
		}
	}
}

// run runs the statement by the way that fits it.
func (s *session) run(request *request, statement *statement, response *response) error {
	if statement.data != nil {
		return s.insert(request, statement, response)
	}
	if count, err := s.conn.Statements(statement.sql); err != nil {
		return err
	} else if count > 1 {
		return exception(syntaxError, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)")
	}
	format := statement.format
	if format == "" {
		format = request.format
	}
	response.format(format)
	if statement.rows && partable(format) {
		return s.stream(request, statement, response)
	}
	result, err := s.conn.Query(statement.sql, request.format, request.parameters)
	if err != nil {
		return err
	}
	defer result.Close()
	response.progress(result.Progress())
	_, err = response.Write(result.Bytes())
	return err
}

// partable says whether a result in this format is the plain concatenation of its parts: the engine writes headers and footers
// around each part, so the others must be made in one piece.
func partable(format string) bool {
	return slices.ContainsFunc([]string{
		"Native", "RowBinary", "TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "CSV", "JSONEachRow", "JSONLines", "NDJSON",
		"JSONCompactEachRow", "Null",
	}, func(known string) bool { return strings.EqualFold(known, format) })
}

func (s *session) stream(request *request, statement *statement, response *response) error {
	stream, err := s.conn.Stream(statement.sql, request.format, request.parameters)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		part, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		response.progress(part.Progress())
		_, err = response.Write(part.Bytes())
		part.Close()
		if err != nil {
			return err
		}
	}
}

// insertChunk is how much of an INSERT's data is handed over at a time.
const insertChunk = 1 << 20

func (s *session) insert(request *request, statement *statement, response *response) error {
	insert, err := s.conn.Insert(statement.sql, statement.format, request.parameters)
	if err != nil {
		return err
	}
	buffer := make([]byte, insertChunk)
	for ended := false; !ended; {
		n, err := fill(buffer, statement.data)
		if ended = errors.Is(err, io.EOF); err != nil && !ended {
			insert.Cancel()
			return fmt.Errorf("read the data: %w", err)
		}
		if _, err := insert.Write(buffer[:n]); err != nil {
			insert.Cancel()
			return err
		}
	}
	progress, err := insert.Done()
	if err != nil {
		return err
	}
	response.progress(progress)
	return nil
}

// fill reads until buffer is full or an error comes. Unlike io.ReadFull it leaves io.EOF and io.ErrUnexpectedEOF apart: data that
// ended is not data that broke off.
func fill(buffer []byte, from io.Reader) (int, error) {
	n := 0
	for n < len(buffer) {
		m, err := from.Read(buffer[n:])
		n += m
		if err != nil {
			return n, err //nolint:wrapcheck // io.Reader's own contract
		}
	}
	return n, nil
}
