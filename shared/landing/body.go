package landing

import (
	"math/bits"
	"sync"
)

// Memory of this size and more is kept for the next object: the system takes as long to hand out pages as S3's bytes take to be
// copied into them.
const keptBodyBytes = 32 << 10

var bodies sync.Pool

// newBody returns memory for an object's bytes, whatever is in it.
func newBody(size int64) []byte {
	if size < keptBodyBytes {
		return make([]byte, size)
	}
	if kept, ok := bodies.Get().(*[]byte); ok && int64(cap(*kept)) >= size {
		return (*kept)[:size]
	}
	return make([]byte, size, 1<<bits.Len64(uint64(size-1))) // so that it fits the next one too
}

// keepBody takes memory that newBody returned, and that nobody reads any more.
func keepBody(body []byte) {
	if cap(body) >= keptBodyBytes {
		bodies.Put(&body)
	}
}
