package rum

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// syntaxError is where and why bytes are no JSON (RFC 8259).
type syntaxError struct {
	at   int
	what string
}

func (e *syntaxError) Error() string { return e.what }

// maxDepth bounds the nesting of values, which the scanner follows on its stack.
const maxDepth = 128

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func trimCR(b []byte) []byte { return bytes.TrimSuffix(b, []byte{'\r'}) }

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// validJSON says whether b is one JSON value.
func validJSON(b []byte) bool {
	end, err := skipValue(b, skipSpace(b, 0), 0)
	return err == nil && skipSpace(b, end) == len(b)
}

// skipValue returns the index behind the value that begins at b[i]. It takes NaN and infinities for numbers, as some
// producers do: they are refused by name, where their field is read.
func skipValue(b []byte, i, depth int) (int, error) {
	if i >= len(b) {
		return i, &syntaxError{i, "a value is missing"}
	}
	switch c := b[i]; {
	case c == '"':
		end, _, err := scanString(b, i)
		return end, err
	case c == '{':
		return skipObject(b, i, depth+1)
	case c == '[':
		return skipArray(b, i, depth+1)
	case c == '-' || c >= '0' && c <= '9':
		if n := notFinite(b[i:]); n > 0 {
			return i + n, nil
		}
		end, _, err := scanNumber(b, i)
		return end, err
	}
	for _, literal := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(b[i:], []byte(literal)) {
			return i + len(literal), nil
		}
	}
	if n := notFinite(b[i:]); n > 0 {
		return i + n, nil
	}
	return i, &syntaxError{i, "this is no JSON value"}
}

// notFinite returns the length of the NaN or infinity that b begins with, or 0.
func notFinite(b []byte) int {
	if len(b) == 0 || b[0] != 'N' && b[0] != 'I' && b[0] != '-' {
		return 0
	}
	for _, token := range [...]string{"NaN", "Infinity", "-Infinity", "-NaN"} {
		if bytes.HasPrefix(b, []byte(token)) {
			return len(token)
		}
	}
	return 0
}

func skipObject(b []byte, i, depth int) (int, error) {
	if depth > maxDepth {
		return i, &syntaxError{i, "values are nested too deep"}
	}
	for first := true; ; first = false {
		key, end, err := nextMember(b, i+1, first)
		if err != nil || key < 0 {
			return end, err
		}
		if i, _, err = scanString(b, key); err != nil {
			return i, err
		}
		if i, err = scanColon(b, i); err != nil {
			return i, err
		}
		if i, err = skipValue(b, i, depth); err != nil {
			return i, err
		}
		i--
	}
}

func skipArray(b []byte, i, depth int) (int, error) {
	if depth > maxDepth {
		return i, &syntaxError{i, "values are nested too deep"}
	}
	for first := true; ; first = false {
		element, end, err := nextElement(b, i+1, first)
		if err != nil || element < 0 {
			return end, err
		}
		if i, err = skipValue(b, element, depth); err != nil {
			return i, err
		}
		i--
	}
}

// nextMember goes from behind an object's bracket, or behind a member, to the next member's key. At the object's end
// key is -1 and end the index behind it.
func nextMember(b []byte, i int, first bool) (key, end int, err error) {
	key, end, err = nextElementOf(b, i, first, '}')
	if err == nil && key >= 0 && b[key] != '"' {
		return -1, key, &syntaxError{key, "a key is missing"}
	}
	return key, end, err
}

// nextElement does for arrays what nextMember does for objects.
func nextElement(b []byte, i int, first bool) (element, end int, err error) {
	return nextElementOf(b, i, first, ']')
}

func nextElementOf(b []byte, i int, first bool, closing byte) (element, end int, err error) {
	i = skipSpace(b, i)
	if i < len(b) && b[i] == closing {
		return -1, i + 1, nil
	}
	if !first {
		if i >= len(b) || b[i] != ',' {
			return -1, i, &syntaxError{i, "a comma is missing"}
		}
		i = skipSpace(b, i+1)
	}
	if i >= len(b) {
		return -1, i, &syntaxError{i, "it ends too early"}
	}
	return i, i, nil
}

// scanColon goes from behind a key to the value.
func scanColon(b []byte, i int) (int, error) {
	i = skipSpace(b, i)
	if i >= len(b) || b[i] != ':' {
		return i, &syntaxError{i, "a colon is missing"}
	}
	return skipSpace(b, i+1), nil
}

// scanString checks the string that begins at b[i]. It returns the index behind its closing quote, and whether it has
// escapes.
func scanString(b []byte, i int) (end int, escaped bool, err error) {
	for i = skipPlain(b, i+1); i < len(b); i = skipPlain(b, i) {
		switch b[i] {
		case '"':
			return i + 1, escaped, nil
		case '\\':
			escaped = true
			n := escapeLength(b[i:])
			if n == 0 {
				return i, escaped, &syntaxError{i, "a bad escape in a string"}
			}
			i += n
		default:
			return i, escaped, &syntaxError{i, "a control character in a string"}
		}
	}
	return i, escaped, &syntaxError{i, "a string is not closed"}
}

// skipPlain returns the index of the next quote, backslash or control character.
func skipPlain(b []byte, i int) int {
	for ; len(b)-i >= wordBytes; i += wordBytes {
		if mask := delimiters(word(b[i:])); mask != 0 {
			return i + first(mask)
		}
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
		i++
	}
	return i
}

func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the \uXXXX that b begins with.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// appendUnescaped appends the text of a checked string, without its quotes. Half of a surrogate pair becomes U+FFFD,
// as in encoding/json: browsers cut strings between the halves.
func appendUnescaped(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		if s[1] != 'u' {
			dst = append(dst, unescaped[s[1]])
			s = s[2:]
			continue
		}
		r, _ := hex4(s)
		s = s[6:]
		if utf16.IsSurrogate(r) {
			low, ok := hex4(s)
			r = utf16.DecodeRune(r, low)
			if ok && r != utf8.RuneError {
				s = s[6:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
}

// scanNumber checks the number that begins at b[i]. It returns the index behind it, and whether it has neither
// fraction nor exponent.
func scanNumber(b []byte, i int) (end int, integer bool, err error) {
	if b[i] == '-' {
		i++
	}
	start := i
	i = skipDigits(b, i)
	if i == start || b[start] == '0' && i > start+1 {
		return i, false, &syntaxError{i, "a bad number"}
	}
	integer = true
	if i < len(b) && b[i] == '.' {
		integer = false
		start = i + 1
		if i = skipDigits(b, start); i == start {
			return i, false, &syntaxError{i, "a bad number"}
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		integer = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start = i
		if i = skipDigits(b, start); i == start {
			return i, false, &syntaxError{i, "a bad number"}
		}
	}
	return i, integer, nil
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}
