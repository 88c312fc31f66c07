package httpfront

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

// ClickHouse's codes for the errors that are the front's own.
const (
	badArguments         = 36
	cannotReadAllData    = 33
	cannotDecompress     = 271
	notImplemented       = 48
	syntaxError          = 62
	queryWasCancelled    = 394
	authenticationFailed = 516
)

// exception is an error of the front in the engine's form.
func exception(code int, name, message string) *chdb.Exception {
	return &chdb.Exception{Code: code, Text: fmt.Sprintf("Code: %d. DB::Exception: %s (%s)", code, message, name)}
}

// asException gives any error a code: the engine's own, else UNKNOWN_EXCEPTION.
func asException(err error) *chdb.Exception {
	if known, ok := errors.AsType[*chdb.Exception](err); ok {
		return known
	}
	return exception(chdb.UnknownException, "UNKNOWN_EXCEPTION", err.Error())
}

// statuses are the HTTP statuses that a ClickHouse server answers exception codes with; 500 goes for the rest.
var statuses = map[int]int{
	192: http.StatusForbidden, 193: http.StatusForbidden, 497: http.StatusForbidden, authenticationFailed: http.StatusForbidden,
	194: http.StatusUnauthorized, // REQUIRED_PASSWORD

	6: http.StatusBadRequest, 26: http.StatusBadRequest, 27: http.StatusBadRequest, 38: http.StatusBadRequest, // cannot parse …
	41: http.StatusBadRequest, 72: http.StatusBadRequest, 117: http.StatusBadRequest,
	badArguments: http.StatusBadRequest, syntaxError: http.StatusBadRequest, 53: http.StatusBadRequest, 69: http.StatusBadRequest,

	16: http.StatusNotFound, 46: http.StatusNotFound, 47: http.StatusNotFound, 50: http.StatusNotFound, 56: http.StatusNotFound,
	60: http.StatusNotFound, 63: http.StatusNotFound, 73: http.StatusNotFound, 81: http.StatusNotFound, 115: http.StatusNotFound,

	159: http.StatusRequestTimeout, 202: http.StatusServiceUnavailable, 209: http.StatusServiceUnavailable,
	notImplemented: http.StatusNotImplemented,
}

func httpStatus(code int) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}
