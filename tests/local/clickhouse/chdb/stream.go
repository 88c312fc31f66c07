package chdb

import (
	"io"
	"unsafe"
)

// Stream is the result of a SELECT, fetched part by part so that it never lies in memory whole.
type Stream struct {
	conn   *Connection
	handle unsafe.Pointer
	ended  bool
}

// Stream starts a SELECT. Other statements cannot be streamed (code 36): Query runs them. It returns when the first part is
// there, so it takes as long as the statement's aggregations and sorts. The connection is busy until Close.
func (c *Connection) Stream(sql, format string, parameters map[string]string) (*Stream, error) {
	handle := c.start(c.lib.streamQuery, sql, format, parameters)
	if text := c.lib.resultError(handle); text != "" {
		c.lib.destroyResult(handle)
		return nil, newException(text)
	}
	return &Stream{conn: c, handle: handle}, nil
}

// Next fetches the next part, which the caller closes. After the last it returns io.EOF.
func (s *Stream) Next() (*Result, error) {
	if s.ended {
		return nil, io.EOF
	}
	lib := s.conn.lib
	part, err := lib.result(lib.fetch(*s.conn.handle, s.handle))
	if err != nil {
		s.ended = true
		return nil, err
	}
	if len(part.Bytes()) == 0 {
		s.ended = true
		part.Close()
		return nil, io.EOF
	}
	return part, nil
}

// Close cancels the SELECT if it still runs, and frees it.
func (s *Stream) Close() {
	if s.handle == nil {
		return
	}
	if !s.ended {
		s.conn.lib.cancelQuery(*s.conn.handle, s.handle)
	}
	s.conn.lib.destroyResult(s.handle)
	s.handle = nil
}
