package lake

import "github.com/google/uuid"

// AppendUUID appends the 36 characters of a UUID, without the allocation that its String makes for every event.
func AppendUUID(dst []byte, id uuid.UUID) []byte {
	const digits = "0123456789abcdef"
	var text [36]byte
	at := 0
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			text[at] = '-'
			at++
		}
		text[at], text[at+1] = digits[b>>4], digits[b&0xf]
		at += 2
	}
	return append(dst, text[:]...)
}
