package rum

import (
	"encoding/binary"
	"math/bits"
)

// Texts are looked at eight bytes at a time, as little-endian words. The masks that these functions return have the
// high bit of a byte set where the byte is one that is looked for. Only the first of them counts: the arithmetic carries
// into the bytes behind it.

const (
	wordBytes = 8
	ones      = 0x0101010101010101
	highs     = 0x8080808080808080
)

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func putWord(b []byte, w uint64) { binary.LittleEndian.PutUint64(b, w) }

// first is the index of the first marked byte; 8 when none is.
func first(mask uint64) int { return bits.TrailingZeros64(mask) / 8 }

// delimiters marks what ends a plain run of a JSON string: quotes, backslashes and control characters.
func delimiters(w uint64) uint64 {
	quote, backslash := w^('"'*ones), w^('\\'*ones)
	return ((quote-ones)&^quote | (backslash-ones)&^backslash | (w-' '*ones)&^w) & highs
}

// nonDigits marks what is no decimal digit.
func nonDigits(w uint64) uint64 {
	w ^= '0' * ones // digits become 0 to 9
	return (w + (0x80-10)*ones | w) & highs
}

// leadingDigits is the number that the first n bytes of the word spell, all of them digits; n is 1 to 8.
func leadingDigits(w uint64, n int) uint64 {
	w = (w - '0'*ones) << (64 - 8*n)
	// Neighbours become numbers of two digits, those become numbers of four, and those one of eight.
	w = w*10 + w>>8
	const pairs = 0x000000FF000000FF
	return (w&pairs*(1000000<<32+100) + w>>16&pairs*(10000<<32+1)) >> 32
}

// isASCII says whether no byte has its high bit set.
func isASCII(b []byte) bool {
	var all uint64
	for len(b) >= 4*wordBytes {
		all |= word(b) | word(b[8:]) | word(b[16:]) | word(b[24:])
		b = b[4*wordBytes:]
	}
	for _, c := range b {
		all |= uint64(c)
	}
	return all&highs == 0
}
