package pages

import (
	"encoding/binary"
	"math/bits"
)

// appendHybrid appends small numbers in the hybrid of run lengths and bit packing that Parquet calls RLE, without the
// length or the width that stand before it in some places. All numbers fit the width in bits, which is 1 to 32.
func appendHybrid[T ~uint8 | ~uint32](dst []byte, values []T, width int) []byte {
	packed := 0 // values[packed:i] are whole groups of eight that go bit-packed
	for i := 0; i < len(values); {
		run := runLength(values[i:])
		if run < 8 {
			i += 8
			continue
		}
		dst = appendPacked(dst, values[packed:i], width)
		dst = appendRun(dst, uint32(values[i]), run, width)
		i += run
		packed = i
	}
	return appendPacked(dst, values[packed:], width)
}

// runLength is how many values at the begin are the same.
func runLength[T ~uint8 | ~uint32](values []T) int {
	first := values[0]
	for i, v := range values {
		if v != first {
			return i
		}
	}
	return len(values)
}

func appendRun(dst []byte, value uint32, n, width int) []byte {
	dst = binary.AppendUvarint(dst, uint64(n)<<1)
	for range (width + 7) / 8 {
		dst = append(dst, byte(value))
		value >>= 8
	}
	return dst
}

// appendPacked packs the values, the first in the lowest bits, and fills the last group of eight with zeros.
func appendPacked[T ~uint8 | ~uint32](dst []byte, values []T, width int) []byte {
	if len(values) == 0 {
		return dst
	}
	groups := (len(values) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	end := len(dst) + groups*width
	var word uint64
	used := 0
	for _, v := range values {
		word |= uint64(v) << used
		used += width
		if used >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(word))
			word >>= 32
			used -= 32
		}
	}
	for len(dst) < end {
		dst = append(dst, byte(word))
		word >>= 8
	}
	return dst
}

// widthOf is how many bits hold the numbers from 0 to the greatest: at least 1, since not every reader takes 0.
func widthOf(greatest int) int { return max(1, bits.Len(uint(greatest))) }

// appendLevels appends definition or repetition levels as a page of version 1 has them.
func appendLevels(dst, levels []byte, greatest byte) []byte {
	begin := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = appendHybrid(dst, levels, widthOf(int(greatest)))
	binary.LittleEndian.PutUint32(dst[begin:], uint32(len(dst)-begin-4))
	return dst
}

// appendSameLevels appends n levels that are all the same.
func appendSameLevels(dst []byte, n int, level, greatest byte) []byte {
	begin := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = appendRun(dst, uint32(level), n, widthOf(int(greatest)))
	binary.LittleEndian.PutUint32(dst[begin:], uint32(len(dst)-begin-4))
	return dst
}
