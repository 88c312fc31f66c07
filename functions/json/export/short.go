package export

// blind is how many bytes are copied where a few are meant, when both sides have so many: it takes less time than to see how many
// those are, and what is too much is written over.
const blind = 32

// appendShort appends text[:n].
func appendShort(dst, text []byte, n int) []byte {
	if l := len(dst); n <= blind && len(text) >= blind && cap(dst)-l >= blind {
		dst = dst[:l+blind]
		copyBlind((*[blind]byte)(dst[l:]), (*[blind]byte)(text))
		return dst[:l+n]
	}
	return append(dst, text[:n]...)
}

// copyBlind copies in halves, which fit into registers: for all the compiler knows the sides overlap, and for a larger piece it
// calls memmove, which is what is to be saved.
func copyBlind(dst, src *[blind]byte) {
	const half = blind / 2
	*(*[half]byte)(dst[:]) = *(*[half]byte)(src[:])
	*(*[half]byte)(dst[half:]) = *(*[half]byte)(src[half:])
}
