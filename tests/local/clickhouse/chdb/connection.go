package chdb

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// Connection is one session with the engine: it has its own settings, current database and temporary tables. It runs one
// statement at a time.
type Connection struct {
	lib    *Library
	handle *unsafe.Pointer
}

// Connect opens a session on the data directory. The first connection of a process starts the engine (about a second), later
// ones share it; closing the last one stops it.
func (l *Library) Connect(dataDir string, arguments ...string) (*Connection, error) {
	arguments = append([]string{"clickhouse", "--path=" + dataDir}, arguments...)
	argv := make([]*byte, len(arguments))
	for i, argument := range arguments {
		argv[i] = cString(argument + "\x00")
	}
	handle := l.connect(int32(len(argv)), cArray(argv))
	runtime.KeepAlive(argv)
	if handle == nil {
		return nil, fmt.Errorf("libchdb cannot open %s (it says no more than that; is another process using it, or the disk full?)", dataDir)
	}
	return &Connection{lib: l, handle: handle}, nil
}

// Close ends the session. Every result, stream and insert of it must be closed before.
func (c *Connection) Close() {
	c.lib.closeOne(c.handle)
	c.handle = nil
}

// Statements counts the statements in sql by the engine's own parser: 0 if it cannot be parsed.
func (c *Connection) Statements(sql string) (int, error) {
	out := &analysis{structSize: uint32(unsafe.Sizeof(analysis{}))}
	if c.lib.classify(*c.handle, cString(sql), uintptr(len(sql)), nil, 0, out) != 0 {
		return 0, errors.New("libchdb cannot classify the statement")
	}
	return int(out.statementCount), nil
}

// Query runs a statement and materialises its whole result in the engine's memory. Parameters fill `{name:Type}`.
func (c *Connection) Query(sql, format string, parameters map[string]string) (*Result, error) {
	return c.lib.result(c.start(c.lib.query, sql, format, parameters))
}

// Exec runs a statement and drops its result.
func (c *Connection) Exec(sql string) error {
	result, err := c.Query(sql, "Null", nil)
	if err != nil {
		return err
	}
	result.Close()
	return nil
}

// Result is a statement's result, or a part of it, in the engine's memory.
type Result struct {
	lib    *Library
	handle unsafe.Pointer
}

// Bytes is the formatted result. It is valid until Close.
func (r *Result) Bytes() []byte {
	if r.handle == nil {
		return nil
	}
	return goBytes(r.lib.resultBuffer(r.handle), r.lib.resultLength(r.handle))
}

// Progress says what the statement read and wrote.
func (r *Result) Progress() Progress {
	if r.handle == nil {
		return Progress{}
	}
	return Progress{
		ReadRows:     r.lib.resultReadRows(r.handle),
		ReadBytes:    r.lib.resultReadBytes(r.handle),
		WrittenRows:  r.lib.resultWrittenRows(r.handle),
		WrittenBytes: r.lib.resultWrittenBytes(r.handle),
	}
}

// Close frees the result.
func (r *Result) Close() {
	if r.handle != nil {
		r.lib.destroyResult(r.handle)
		r.handle = nil
	}
}

// Progress counts what a statement read and wrote, in rows and in bytes.
type Progress struct {
	ReadRows, ReadBytes, WrittenRows, WrittenBytes uint64
}

// result takes a handle over, or frees it if it carries an error.
func (l *Library) result(handle unsafe.Pointer) (*Result, error) {
	if handle == nil {
		return &Result{lib: l}, nil
	}
	if text := l.resultError(handle); text != "" {
		l.destroyResult(handle)
		return nil, newException(text)
	}
	return &Result{lib: l, handle: handle}, nil
}
