package pages

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// encodingOf is the encoding of a leaf's values when they are in no dictionary.
func encodingOf(t format.Type) format.Encoding {
	switch t {
	case format.ByteArray: // lengths and characters apart compress better than in turn
		return format.DeltaLengthByteArray
	case format.Int32, format.Int64:
		return format.DeltaBinaryPacked
	default:
		return format.Plain
	}
}

// appendValues appends values that are in no dictionary.
func (w *Writer) appendValues(dst []byte, t format.Type, v Values) ([]byte, error) {
	switch t {
	case format.ByteArray:
		return w.appendTexts(dst, v.Texts)
	case format.Int32:
		return w.appendInt32s(dst, v.Numbers)
	case format.Int64:
		return w.appendInt64s(dst, v.Numbers)
	default:
		return appendPlain(dst, t, v.Numbers), nil
	}
}

func (w *Writer) appendTexts(dst []byte, texts []string) ([]byte, error) {
	w.int32s = w.int32s[:0]
	for _, s := range texts {
		w.int32s = append(w.int32s, int32(len(s)))
	}
	dst, err := w.appendDelta(dst, func(dst []byte) ([]byte, error) {
		return new(delta.BinaryPackedEncoding).EncodeInt32(dst, w.int32s)
	})
	for _, s := range texts {
		dst = append(dst, s...)
	}
	return dst, err
}

func (w *Writer) appendInt32s(dst []byte, numbers []uint64) ([]byte, error) {
	w.int32s = w.int32s[:0]
	for _, v := range numbers {
		w.int32s = append(w.int32s, int32(v))
	}
	return w.appendDelta(dst, func(dst []byte) ([]byte, error) {
		return new(delta.BinaryPackedEncoding).EncodeInt32(dst, w.int32s)
	})
}

func (w *Writer) appendInt64s(dst []byte, numbers []uint64) ([]byte, error) {
	w.int64s = w.int64s[:0]
	for _, v := range numbers {
		w.int64s = append(w.int64s, int64(v))
	}
	return w.appendDelta(dst, func(dst []byte) ([]byte, error) {
		return new(delta.BinaryPackedEncoding).EncodeInt64(dst, w.int64s)
	})
}

// appendDelta appends what the library's encoder makes, which begins its destination anew.
func (w *Writer) appendDelta(dst []byte, encode func([]byte) ([]byte, error)) ([]byte, error) {
	encoded, err := encode(w.delta[:0])
	if err != nil {
		return dst, fmt.Errorf("packing deltas: %w", err)
	}
	w.delta = encoded
	return append(dst, encoded...), nil
}

// appendPlain appends numbers in the encoding PLAIN.
func appendPlain(dst []byte, t format.Type, numbers []uint64) []byte {
	switch t {
	case format.Boolean:
		for ; len(numbers) > 0; numbers = numbers[min(8, len(numbers)):] {
			var bits byte
			for i, v := range numbers[:min(8, len(numbers))] {
				bits |= byte(v) << i
			}
			dst = append(dst, bits)
		}
	case format.Int32, format.Float:
		for _, v := range numbers {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		}
	default:
		for _, v := range numbers {
			dst = binary.LittleEndian.AppendUint64(dst, v)
		}
	}
	return dst
}

// appendPlainTexts appends texts in the encoding PLAIN.
func appendPlainTexts(dst []byte, texts []string) []byte {
	for _, s := range texts {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)))
		dst = append(dst, s...)
	}
	return dst
}
