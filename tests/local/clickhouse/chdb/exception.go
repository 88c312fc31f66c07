package chdb

import (
	"regexp"
	"strconv"
	"strings"
)

// UnknownException is ClickHouse's code for an error that has none.
const UnknownException = 1002

// Exception is an error of the engine.
type Exception struct {
	// Code is ClickHouse's error code, such as 60 for UNKNOWN_TABLE.
	Code int
	// Text is the engine's message as its servers print it: "Code: 60. DB::Exception: … (UNKNOWN_TABLE)".
	Text string
}

// Error is the engine's own text.
func (e *Exception) Error() string { return e.Text }

var codePrefix = regexp.MustCompile(`Code: (\d+)\. `)

// newException reads the code out of the engine's text. The engine nests the prefix when an error passes several layers
// ("Code: 241. DB::Exception: Code: 241. DB::Exception: …"): equal prefixes are folded into one.
func newException(text string) *Exception {
	match := codePrefix.FindStringSubmatchIndex(text)
	if match == nil {
		return &Exception{Code: UnknownException, Text: "Code: 1002. DB::Exception: " + text + " (UNKNOWN_EXCEPTION)"}
	}
	code, err := strconv.Atoi(text[match[2]:match[3]])
	if err != nil {
		code = UnknownException
	}
	text = text[match[0]:]
	prefix := text[:match[1]-match[0]] + "DB::Exception: "
	for strings.HasPrefix(text, prefix+prefix) {
		text = text[len(prefix):]
	}
	return &Exception{Code: code, Text: strings.TrimRight(text, "\n")}
}
