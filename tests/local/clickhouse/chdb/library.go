// Package chdb binds libchdb, the ClickHouse engine as a shared library, without cgo. It carries binary data both ways:
// every statement and every buffer travels with its length.
//
// A process holds one engine with one data directory; several connections may share it, and each is used by one goroutine
// at a time.
package chdb

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Library is libchdb, loaded into this process.
type Library struct {
	setSignalHandlers func(enabled int32)
	version           func() string

	connect  func(argc int32, argv **byte) *unsafe.Pointer
	closeOne func(conn *unsafe.Pointer)

	classify func(conn unsafe.Pointer, sql *byte, sqlLen uintptr, db *byte, dbLen uintptr, out *analysis) int32

	query       statementFunc
	streamQuery statementFunc
	fetch       func(conn, stream unsafe.Pointer) unsafe.Pointer
	cancelQuery func(conn, stream unsafe.Pointer)

	insert        statementFunc
	appendData    func(insert unsafe.Pointer, data *byte, size uintptr) int32
	done          func(insert unsafe.Pointer) unsafe.Pointer
	cancelInsert  func(insert unsafe.Pointer)
	insertError   func(insert unsafe.Pointer) string
	destroyInsert func(insert unsafe.Pointer)

	resultBuffer       func(result unsafe.Pointer) *byte
	resultLength       func(result unsafe.Pointer) uintptr
	resultError        func(result unsafe.Pointer) string
	resultReadRows     func(result unsafe.Pointer) uint64
	resultReadBytes    func(result unsafe.Pointer) uint64
	resultWrittenRows  func(result unsafe.Pointer) uint64
	resultWrittenBytes func(result unsafe.Pointer) uint64
	destroyResult      func(result unsafe.Pointer)
}

// statementFunc is what the calls that start a statement have in common: text and format, then the parameters as parallel arrays.
type statementFunc func(conn unsafe.Pointer, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr,
	names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, count uintptr) unsafe.Pointer

// analysis is chdb_query_analysis_v1: its own size, the number of statements, flags, a class.
type analysis struct {
	structSize, statementCount, _, _ uint32
}

// Load loads the shared library at path and checks that it has every function used here. It must be called once per process.
func Load(path string) (*Library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	lib := &Library{}
	for name, function := range map[string]any{
		"chdb_set_signal_handlers_enabled": &lib.setSignalHandlers,
		"chdb_version":                     &lib.version,
		"chdb_connect":                     &lib.connect,
		"chdb_close_conn":                  &lib.closeOne,
		"chdb_classify_query_n":            &lib.classify,
		"chdb_query_with_params_n":         &lib.query,
		"chdb_stream_query_with_params_n":  &lib.streamQuery,
		"chdb_stream_fetch_result":         &lib.fetch,
		"chdb_stream_cancel_query":         &lib.cancelQuery,
		"chdb_stream_insert_with_params_n": &lib.insert,
		"chdb_stream_append":               &lib.appendData,
		"chdb_stream_done":                 &lib.done,
		"chdb_stream_cancel_insert":        &lib.cancelInsert,
		"chdb_stream_insert_error":         &lib.insertError,
		"chdb_destroy_insert_stream":       &lib.destroyInsert,
		"chdb_result_buffer":               &lib.resultBuffer,
		"chdb_result_length":               &lib.resultLength,
		"chdb_result_error":                &lib.resultError,
		"chdb_result_rows_read":            &lib.resultReadRows,
		"chdb_result_bytes_read":           &lib.resultReadBytes,
		"chdb_result_rows_written":         &lib.resultWrittenRows,
		"chdb_result_bytes_written":        &lib.resultWrittenBytes,
		"chdb_destroy_query_result":        &lib.destroyResult,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("%s is no libchdb of version 26.7.3 or later: %w", path, err)
		}
		purego.RegisterFunc(function, symbol)
	}
	// The engine would take over SIGSEGV and its like from the Go runtime.
	lib.setSignalHandlers(0)
	return lib, nil
}

// Version is the engine's version, such as "26.7.3".
func (l *Library) Version() string { return l.version() }
