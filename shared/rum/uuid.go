package rum

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// uuidChars is the length of a UUID in the text form of RFC 9562.
const uuidChars = 36

// parseUUID reads a UUID in the text form of RFC 9562; text has uuidChars bytes.
func parseUUID(text []byte) (id uuid.UUID, ok bool) {
	text = text[:uuidChars]
	if text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id, false
	}
	half := binary.LittleEndian.Uint32
	valid := true
	for i, w := range [...]uint64{
		word(text),
		uint64(half(text[9:])) | uint64(half(text[14:]))<<32,
		uint64(half(text[19:])) | uint64(half(text[24:]))<<32,
		word(text[28:]),
	} {
		valid = valid && isHex(w)
		binary.LittleEndian.PutUint32(id[4*i:], hexBytes(w))
	}
	return id, valid
}

// isHex says whether all bytes of the word are hexadecimal digits.
func isHex(w uint64) bool {
	// With no high bit set nothing carries from byte to byte.
	digit := w ^ '0'*ones                 // 0 to 9
	letter := (w | 0x20*ones) ^ 0x60*ones // 1 to 6
	digits := ^(digit + (0x80-10)*ones)
	letters := (letter + (0x80-1)*ones) &^ (letter + (0x80-7)*ones)
	return w&highs == 0 && (digits|letters)&highs == highs
}

// hexBytes is the four bytes, little-endian, that eight hexadecimal digits spell.
func hexBytes(w uint64) uint32 {
	w = w&(0x0F*ones) + 9*(w>>6&ones) // each digit's value: in letters bit 6 is set, and their low half begins with 1
	w = (w<<4 | w>>8) & 0x00FF00FF00FF00FF
	w = (w | w>>8) & 0x0000FFFF0000FFFF
	return uint32(w | w>>16)
}
