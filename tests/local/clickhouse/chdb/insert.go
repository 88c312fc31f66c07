package chdb

import (
	"unsafe"
)

// Insert is an INSERT whose data arrives in pieces. Data may hold anything, unlike data inside a statement's text, which the
// engine's parser ends at the first blank line.
type Insert struct {
	conn   *Connection
	handle unsafe.Pointer
}

// Insert starts an INSERT given without its FORMAT clause, such as "INSERT INTO t (a, b)". The connection is busy until Done or
// Cancel.
func (c *Connection) Insert(sql, format string, parameters map[string]string) (*Insert, error) {
	handle := c.start(c.lib.insert, sql, format, parameters)
	if text := c.lib.insertError(handle); text != "" {
		c.lib.destroyInsert(handle)
		return nil, newException(text)
	}
	return &Insert{conn: c, handle: handle}, nil
}

// Write hands the engine more data, which may end anywhere. It waits while the engine is behind.
func (i *Insert) Write(data []byte) (int, error) {
	if len(data) == 0 {
		return 0, nil
	}
	lib := i.conn.lib
	if lib.appendData(i.handle, cArray(data), uintptr(len(data))) != 0 {
		return 0, newException(lib.insertError(i.handle))
	}
	return len(data), nil
}

// Done says that the data is complete and waits until the rows are in the table.
func (i *Insert) Done() (Progress, error) {
	lib := i.conn.lib
	defer i.destroy()
	result, err := lib.result(lib.done(i.handle))
	if err != nil {
		return Progress{}, err
	}
	defer result.Close()
	return result.Progress(), nil
}

// Cancel gives the INSERT up. Blocks that the engine had already written stay, as with any ClickHouse INSERT.
func (i *Insert) Cancel() {
	if i.handle != nil {
		i.conn.lib.cancelInsert(i.handle)
		i.destroy()
	}
}

func (i *Insert) destroy() {
	i.conn.lib.destroyInsert(i.handle)
	i.handle = nil
}
