package steps

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// The types of errors that the state machine tells apart.
const (
	typeInvalidInput      = "invalid_input"      // the execution fails at once
	typeFunctionThrottled = "function_throttled" // the destination's function is busy
	typeFunctionFailed    = "function_failed"    // it answered with an error, or crashed
	typeStepFailed        = "step_failed"        // everything else: AWS did not do what was asked of it
)

// stepError is an error with its type.
type stepError struct {
	kind string
	err  error
}

func (e *stepError) Error() string { return e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

func invalid(format string, args ...any) error {
	return &stepError{typeInvalidInput, fmt.Errorf(format, args...)}
}

// typed makes an error one that Lambda reports with its type.
func typed(err error) messages.InvokeResponse_Error {
	kind := typeStepFailed
	if coded, ok := errors.AsType[*stepError](err); ok {
		kind = coded.kind
	}
	return messages.InvokeResponse_Error{Type: kind, Message: cut(err.Error())}
}

// maxText bounds the text of errors that the state machine carries: its state has room for 256 KB.
const maxText = 1000

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}
