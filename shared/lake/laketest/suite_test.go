package laketest

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// counted is a format with something in its files that is no event's.
type counted struct{ files uint64 }

// Extension implements lake.Format.
func (*counted) Extension() string { return "bin" }

// ContentType implements lake.Format.
func (*counted) ContentType() string { return "application/octet-stream" }

// NewEncoder implements lake.Format.
func (c *counted) NewEncoder() lake.Encoder { return c }

// Encode implements lake.Encoder.
func (c *counted) Encode(dst *bytes.Buffer, _ lake.File) error {
	c.files++
	return binary.Write(dst, binary.BigEndian, c.files)
}

func TestARepeatWithOtherBytesIsNoticed(t *testing.T) {
	t.Parallel()
	h := Harness(func(b *lake.Bucket) delivery.Destination { return lake.NewWriter(b, &counted{}) }, nil)
	subject, events := h.New(t), Block(t, rumtest.Event(nil))
	require.NoError(t, subject.Destination.Write(t.Context(), Batch("b", events)))
	require.NoError(t, subject.Destination.Write(t.Context(), Batch("another", events)))
	require.ErrorIs(t, subject.Destination.Write(t.Context(), Batch("b", events)), errChanged)
}
