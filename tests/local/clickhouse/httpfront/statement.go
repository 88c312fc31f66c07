package httpfront

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// statement is a statement, parted from its data.
type statement struct {
	sql string
	// format is the one named in the statement, of its result or of its data; "" if none is.
	format string
	// rows is true for a SELECT, whose result can be streamed.
	rows bool
	// data is what an INSERT with data of its own reads; nil for any other statement.
	data io.Reader
}

// maxStatement bounds a statement's text, in bytes; the data of an INSERT does not count. The engine itself refuses more than
// the setting max_query_size, 256 KiB by default.
const maxStatement = 16 << 20

// readStatement parts the statement at the head of a body from the data behind it.
func readStatement(body io.Reader) (*statement, error) {
	// The head of an INSERT lies well within the engine's own default limit, so its data is never read into memory.
	for limit := 256 << 10; ; limit = maxStatement {
		head, rest := peek(body, limit)
		whole := len(head) < limit
		if insert := parseInsert(string(head)); insert != nil {
			insert.data = rest
			if _, err := io.CopyN(io.Discard, rest, int64(insert.dataAt)); err != nil {
				return nil, fmt.Errorf("read the statement: %w", err)
			}
			return &insert.statement, nil
		}
		if whole {
			// The peek ends at an error, too: a body that broke off must not run as if it were complete.
			if _, err := io.Copy(io.Discard, rest); err != nil {
				return nil, fmt.Errorf("read the statement: %w", err)
			}
			return parseOther(string(head)), nil
		}
		if limit == maxStatement {
			return nil, exception(syntaxError, "SYNTAX_ERROR", fmt.Sprintf("a statement is longer than %d bytes", maxStatement))
		}
		body = rest
	}
}

// peek reads up to limit bytes ahead and returns them with a reader that still starts before them.
func peek(body io.Reader, limit int) ([]byte, io.Reader) {
	var head bytes.Buffer
	_, err := io.CopyN(&head, body, int64(limit))
	rest := body
	if err != nil && !errors.Is(err, io.EOF) {
		rest = failing{err}
	}
	return head.Bytes(), io.MultiReader(bytes.NewReader(head.Bytes()), rest)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type insert struct {
	statement
	dataAt int
}

// parseInsert recognises `INSERT INTO … [VALUES|FORMAT x] data`; nil means that sql is something else, such as INSERT … SELECT.
func parseInsert(sql string) *insert {
	l := &lexer{sql: sql}
	if t, ok := l.next(); !ok || !t.is("INSERT") {
		return nil
	}
	l.skipTarget()
	for t, ok := l.next(); ok; t, ok = l.next() {
		switch {
		case t.is("SELECT"), t.is("WITH"), t.is("WATCH"), t.is("FROM"), t.text == ";":
			return nil
		case t.text == "(" && startsQuery(*l):
			return nil
		case t.is("VALUES"):
			return &insert{statement: statement{sql: sql[:t.start], format: "Values"}, dataAt: t.end}
		case t.is("FORMAT"):
			name, ok := l.next()
			if !ok || !name.word {
				return nil
			}
			found := &insert{statement: statement{sql: sql[:t.start], format: name.text}, dataAt: dataStart(sql, name.end)}
			if strings.EqualFold(name.text, "Values") {
				found.dataAt = name.end
			}
			return found
		}
	}
	return nil
}

// skipTarget passes over INTO [TABLE] [db.]table or INTO FUNCTION f(…), whose names may be keywords.
func (l *lexer) skipTarget() {
	into := *l
	if t, ok := into.next(); ok && t.is("INTO") {
		*l = into
	}
	before := *l
	t, ok := l.next()
	if ok && (t.is("TABLE") || t.is("FUNCTION")) {
		_, ok = l.next()
	}
	if !ok {
		*l = before
		return
	}
	for {
		dot := *l
		if t, ok := dot.next(); !ok || t.text != "." {
			return
		}
		_, _ = dot.next()
		*l = dot
	}
}

// startsQuery says whether a bracket just opened holds a subquery rather than column names.
func startsQuery(l lexer) bool {
	t, ok := l.next()
	if !ok || !t.word || !strings.EqualFold(t.text, "SELECT") && !strings.EqualFold(t.text, "WITH") {
		return false
	}
	t, ok = l.next()
	return ok && t.text != "," && t.text != ")"
}

// dataStart is where data starts behind a format's name: after blanks, a semicolon and one line end, as ClickHouse has it.
func dataStart(sql string, at int) int {
	blanks := func() {
		for at < len(sql) && strings.IndexByte(" \t\r\f\v", sql[at]) >= 0 {
			at++
		}
	}
	blanks()
	if at < len(sql) && sql[at] == ';' {
		at++
		blanks()
	}
	if at < len(sql) && sql[at] == '\n' {
		at++
	}
	return at
}

// parseOther looks at a statement without data: is it a SELECT, and which format does it name at its end?
func parseOther(sql string) *statement {
	out := &statement{sql: sql}
	l := &lexer{sql: sql}
	first, ok := l.next()
	if !ok {
		return out
	}
	out.rows = first.is("SELECT") || first.is("WITH") || first.text == "("
	settings := false
	previous := first
	for t, ok := l.next(); ok; t, ok = l.next() {
		switch {
		case t.is("INSERT"): // WITH … INSERT
			out.rows = false
		case t.depth > 0 || t.text == ";":
		case previous.is("FORMAT") && t.word:
			out.format, settings = t.text, false
		case t.is("SETTINGS"):
			settings = true
		case !settings:
			out.format = "" // FORMAT ends a statement but for SETTINGS: this one was the name of a column
		}
		previous = t
	}
	return out
}
