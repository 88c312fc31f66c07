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
	if n := int64(v*1000 + 0.5); bits == 64 && 0 < n && n < 1e15 && float64(n)/1000 == v {
		return appendThousandths(dst, uint64(n))
	}
	format := byte('f')
	if magnitude := math.Abs(v); magnitude != 0 && (magnitude < small || magnitude >= large) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, v, format, -1, bits)
}

// appendThousandths appends n/1000. Clocks of browsers have no more digits, and up to 15 of them are the shortest that
// read back as the number that they were read as.
func appendThousandths(dst []byte, n uint64) []byte {
	dst = strconv.AppendUint(dst, n/1000, 10)
	switch digits := n % 1000; {
	case digits == 0:
		return dst
	case digits%100 == 0:
		return append(dst, '.', byte('0'+digits/100))
	case digits%10 == 0:
		return append(dst, '.', byte('0'+digits/100), byte('0'+digits/10%10))
	default:
		return append(dst, '.', byte('0'+digits/100), byte('0'+digits/10%10), byte('0'+digits%10))
	}
}

// appendString appends a JSON string. Beyond what JSON asks for it escapes the characters that some readers of lines
// take for the end of one (U+0085, U+2028, U+2029: Python's splitlines does), so that a line is an event for all.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	kept := 0 // s[:kept] is in dst
	for i := plainLength(s); i < len(s); {
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

// plainLength is how many bytes at the begin of a text stand for themselves, as far as eight of them at once can tell:
// it may be up to seven less.
func plainLength[T string | []byte](s T) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		// The top bit of a byte is set in: w where it is no ASCII; x-ones&^x where x is zero, or one above a zero; and
		// w-ones*' ' where it is below a space.
		quote, backslash := w^ones*'"', w^ones*'\\'
		if (w|(w-ones*' ')|(quote-ones)&^quote|(backslash-ones)&^backslash)&tops != 0 {
			return i
		}
	}
	return i
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

// allPlain says whether all bytes of a text stand for themselves.
func allPlain(text []byte) bool {
	for _, c := range text[plainLength(text):] {
		if c >= utf8.RuneSelf || !plain[c] {
			return false
		}
	}
	return true
}
