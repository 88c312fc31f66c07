package lake

import (
	"encoding/hex"

	"github.com/google/uuid"
)

// AppendUUID appends the 36 characters of a UUID, without the allocation that its String makes for every event.
func AppendUUID(dst []byte, id uuid.UUID) []byte {
	for i, group := range [][]byte{id[0:4], id[4:6], id[6:8], id[8:10], id[10:16]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, group)
	}
	return dst
}
