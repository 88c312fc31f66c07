package chdb

import (
	"runtime"
	"unsafe"
)

// start calls f with Go's strings as C has them. f must not keep them.
func (c *Connection) start(f statementFunc, sql, format string, parameters map[string]string) unsafe.Pointer {
	var names, values []*byte
	var nameLens, valueLens []uintptr
	for name, value := range parameters {
		names = append(names, cString(name))
		nameLens = append(nameLens, uintptr(len(name)))
		// The engine does not take a null pointer for an empty value.
		values = append(values, cString(value+"\x00"))
		valueLens = append(valueLens, uintptr(len(value)))
	}
	handle := f(*c.handle, cString(sql), uintptr(len(sql)), cString(format), uintptr(len(format)),
		cArray(names), cArray(nameLens), cArray(values), cArray(valueLens), uintptr(len(names)))
	runtime.KeepAlive(sql)
	runtime.KeepAlive(format)
	runtime.KeepAlive(names)
	runtime.KeepAlive(nameLens)
	runtime.KeepAlive(values)
	runtime.KeepAlive(valueLens)
	return handle
}

// cString is the address of s, for calls that take its length beside it; nil if s is empty.
func cString(s string) *byte {
	if s == "" {
		return nil
	}
	return unsafe.StringData(s) //nolint:gosec // the engine only reads, during the call
}

// cArray is the address of a's first element; nil if it has none.
func cArray[T any](a []T) *T {
	if len(a) == 0 {
		return nil
	}
	return unsafe.SliceData(a) //nolint:gosec // the engine only reads, during the call
}

// goBytes is memory of the engine as a slice, valid as long as the engine keeps it.
func goBytes(first *byte, length uintptr) []byte {
	return unsafe.Slice(first, length) //nolint:gosec // the length is the engine's own
}
