package connection

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/shared/failure"
)

// refusals are the server's error codes (ClickHouse, src/Common/ErrorCodes.cpp) that stay until somebody mends the
// schema, the settings or the access rules. All others, known or not, are taken to pass: too many parts (252), memory
// (241), timeouts (159, 209), too many queries (202), a read-only or lost replica (242, 999), no quorum (319), the
// network (210) and whatever a server reports while it starts or moves.
var refusals = map[int32]bool{
	6:   true, // CANNOT_PARSE_TEXT
	8:   true, // THERE_IS_NO_COLUMN
	10:  true, // NOT_FOUND_COLUMN_IN_BLOCK
	15:  true, // DUPLICATE_COLUMN
	16:  true, // NO_SUCH_COLUMN_IN_TABLE
	20:  true, // NUMBER_OF_COLUMNS_DOESNT_MATCH
	36:  true, // BAD_ARGUMENTS
	43:  true, // ILLEGAL_TYPE_OF_ARGUMENT
	44:  true, // ILLEGAL_COLUMN
	46:  true, // UNKNOWN_FUNCTION
	47:  true, // UNKNOWN_IDENTIFIER
	48:  true, // NOT_IMPLEMENTED
	50:  true, // UNKNOWN_TYPE
	53:  true, // TYPE_MISMATCH
	60:  true, // UNKNOWN_TABLE
	62:  true, // SYNTAX_ERROR
	70:  true, // CANNOT_CONVERT_TYPE
	81:  true, // UNKNOWN_DATABASE
	115: true, // UNKNOWN_SETTING
	117: true, // INCORRECT_DATA
	164: true, // READONLY
	192: true, // UNKNOWN_USER
	193: true, // WRONG_PASSWORD
	194: true, // REQUIRED_PASSWORD
	195: true, // IP_ADDRESS_NOT_ALLOWED
	291: true, // DATABASE_ACCESS_DENIED
	349: true, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
	452: true, // SETTING_CONSTRAINT_VIOLATION
	469: true, // VIOLATED_CONSTRAINT
	497: true, // ACCESS_DENIED
	516: true, // AUTHENTICATION_FAILED
	701: true, // CLUSTER_DOESNT_EXIST
}

// CodeOf says whether what failed may succeed when it is tried again: DestinationRefused when somebody has to mend something
// first, else DestinationUnavailable. The server's own code is in the error's text.
func CodeOf(err error) failure.Code {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && refusals[exception.Code] {
		return failure.DestinationRefused
	}
	var status *clickhouse.HTTPError
	if exception == nil && errors.As(err, &status) &&
		(status.StatusCode == http.StatusUnauthorized || status.StatusCode == http.StatusForbidden) {
		return failure.DestinationRefused // by a proxy in front of the server
	}
	return failure.DestinationUnavailable
}

// unauthenticated are the server's codes for credentials that it does not take.
var unauthenticated = map[int32]bool{192: true, 193: true, 194: true, 516: true}

// deniedEntry says that the server, or a proxy in front of it, did not take the credentials.
func deniedEntry(err error) bool {
	if exception, ok := errors.AsType[*clickhouse.Exception](err); ok {
		return unauthenticated[exception.Code]
	}
	status, ok := errors.AsType[*clickhouse.HTTPError](err)
	return ok && (status.StatusCode == http.StatusUnauthorized || status.StatusCode == http.StatusForbidden)
}

// broke tells a connection that broke from a server that answered, and from one that did not in time.
func broke(err error) bool {
	var (
		exception *clickhouse.Exception
		status    *clickhouse.HTTPError
		coded     *failure.Error
		timeout   net.Error
	)
	switch {
	case err == nil,
		errors.As(err, &exception), errors.As(err, &status), errors.As(err, &coded),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return false
	}
	return true
}
