package delivery

import (
	"strings"
	"sync/atomic"

	"github.com/rumline/rumline/shared/rum"
)

// memory is what a pass decodes into. It grows to the size of a chunk, and growing costs as much as decoding: so it is kept
// for the next pass.
type memory struct {
	decoder rum.Decoder
	block   *rum.Block
}

// spare keeps the memory of one pass. A function runs one invocation at a time, so one is enough.
type spare struct{ one atomic.Pointer[memory] }

// take returns memory that is empty, and the caller's.
func (s *spare) take() *memory {
	if m := s.one.Swap(nil); m != nil {
		return m
	}
	return &memory{block: rum.NewBlock()}
}

// put keeps the memory of a pass that came to its end. That of a pass that broke off is never kept: whoever was given its last
// chunk may not have noticed yet.
func (s *spare) put(m *memory) {
	m.decoder.Reset(strings.NewReader(""), "") // so that it holds on to no object
	m.block.Reset()
	s.one.Store(m)
}
