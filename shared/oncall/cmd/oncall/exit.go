package main

import (
	"errors"
	"flag"
	"fmt"
)

// errAttention says that a command did what it was asked to, and that somebody should see to what it has shown.
var errAttention = errors.New("somebody should see to it")

// usageError is a command that was called wrongly, or that nobody has confirmed.
type usageError struct{ error }

// Unwrap returns what is wrong.
func (e usageError) Unwrap() error { return e.error }

func wrongUsage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitCode is documented with the command.
func exitCode(err error) int {
	_, wrong := errors.AsType[usageError](err)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case wrong:
		return 2
	case errors.Is(err, errAttention):
		return 3
	default:
		return 1
	}
}

// attention is errAttention if somebody should see to it.
func attention(needed bool) error {
	if needed {
		return errAttention
	}
	return nil
}
