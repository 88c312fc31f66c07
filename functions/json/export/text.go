package export

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// appendFloat appends the shortest number that reads back as the same float of that many bits. Numbers of ordinary
// size are written without an exponent, as JavaScript does.
func appendFloat(dst []byte, v float64, bits int) []byte {
	const small, large = 1e-6, 1e21
	format := byte('f')
	if magnitude := math.Abs(v); magnitude != 0 && (magnitude < small || magnitude >= large) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, v, format, -1, bits)
}

// appendString appends a JSON string. Beyond what JSON asks for it escapes the characters that some readers of lines
// take for the end of one (U+0085, U+2028, U+2029: Python's splitlines does), so that a line is an event for all.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	kept := 0 // s[:kept] is in dst
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if plain[c] {
				continue
			}
			dst = appendEscaped(append(dst, s[kept:i-1]...), rune(c))
			kept = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == utf8.RuneError && size == 1: // the decoder lets no such text through, and a file must not be broken
			dst = append(append(dst, s[kept:i-1]...), "\ufffd"...)
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			dst = appendEscaped(append(dst, s[kept:i-size]...), r)
		default:
			continue
		}
		kept = i
	}
	return append(append(dst, s[kept:]...), '"')
}

// plain are the ASCII characters that stand for themselves in a JSON string.
var plain = func() (p [utf8.RuneSelf]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		p[c] = c != '"' && c != '\\'
	}
	return p
}()

func appendEscaped(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&0xf], hex[r>>8&0xf], hex[r>>4&0xf], hex[r&0xf])
}
