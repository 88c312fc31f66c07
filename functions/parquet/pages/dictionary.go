package pages

import (
	"hash/maphash"
	"math/bits"
)

// Dictionary numbers the distinct values of a column in the order in which they come, texts or numbers but not both.
// It may be used again after a Reset.
type Dictionary struct {
	texts   []string
	numbers []uint64
	bytes   int // of the values, as the dictionary page has them
	added   int

	// slots is a hash table with open addressing: the upper half of an entry is that of the hash, the lower is the
	// value's number plus one, and an entry of 0 is free.
	slots []uint64
	shift int
	seed  maphash.Seed // no number depends on it

	lastText   string
	lastNumber uint64
	last       uint32
}

const (
	// A dictionary that grows past this does not pay.
	dictionaryBytes = 2 << 20
	// A dictionary is given up when so many values were added and more than the half of them are distinct.
	trial = 1024

	fewestSlots = 1 << 10
)

// NewDictionary returns an empty Dictionary.
func NewDictionary() *Dictionary {
	d := &Dictionary{seed: maphash.MakeSeed()}
	d.allocate(fewestSlots)
	return d
}

// Reset forgets the values.
func (d *Dictionary) Reset() {
	clear(d.texts) // they are somebody else's memory
	d.texts, d.numbers = d.texts[:0], d.numbers[:0]
	d.bytes, d.added = 0, 0
	d.lastText = ""
	d.allocate(fewestSlots)
}

// Len is the number of distinct values.
func (d *Dictionary) Len() int { return len(d.texts) + len(d.numbers) }

// Texts returns the distinct texts by their numbers. They are valid until the next Reset.
func (d *Dictionary) Texts() []string { return d.texts }

// Text returns the number of a text. The Dictionary shares its memory until the next Reset.
func (d *Dictionary) Text(s string) uint32 {
	d.added++
	if s == d.lastText && len(d.texts) > 0 {
		return d.last
	}
	d.lastText = s
	hash := maphash.String(d.seed, s)
	for slot := int(hash >> d.shift); ; slot = (slot + 1) & (len(d.slots) - 1) {
		entry := d.slots[slot]
		if entry == 0 {
			d.texts = append(d.texts, s)
			d.bytes += 4 + len(s)
			d.insert(slot, hash)
			return d.last
		}
		if id := uint32(entry) - 1; entry>>32 == hash>>32 && d.texts[id] == s {
			d.last = id
			return id
		}
	}
}

// Number returns the number of a number. Width is its size in bytes.
func (d *Dictionary) Number(v uint64, width int) uint32 {
	d.added++
	if v == d.lastNumber && len(d.numbers) > 0 {
		return d.last
	}
	d.lastNumber = v
	hash := hashNumber(v)
	for slot := int(hash >> d.shift); ; slot = (slot + 1) & (len(d.slots) - 1) {
		entry := d.slots[slot]
		if entry == 0 {
			d.numbers = append(d.numbers, v)
			d.bytes += width
			d.insert(slot, hash)
			return d.last
		}
		if id := uint32(entry) - 1; d.numbers[id] == v {
			d.last = id
			return id
		}
	}
}

// Pays says whether the values that were added are worth a dictionary, as far as it can be told by now.
func (d *Dictionary) Pays() bool {
	return d.bytes <= dictionaryBytes && (d.added < trial || d.Len() <= d.added/2)
}

// insert enters the value that was added last.
func (d *Dictionary) insert(slot int, hash uint64) {
	d.last = uint32(d.Len() - 1)
	d.slots[slot] = hash>>32<<32 | uint64(d.last+1)
	if d.Len() > len(d.slots)/2 {
		d.grow()
	}
}

func (d *Dictionary) grow() {
	d.allocate(2 * len(d.slots))
	for id, s := range d.texts {
		d.place(maphash.String(d.seed, s), id)
	}
	for id, v := range d.numbers {
		d.place(hashNumber(v), id)
	}
}

func (d *Dictionary) place(hash uint64, id int) {
	slot := int(hash >> d.shift)
	for d.slots[slot] != 0 {
		slot = (slot + 1) & (len(d.slots) - 1)
	}
	d.slots[slot] = hash>>32<<32 | uint64(id+1)
}

// allocate makes an empty table, of the memory of the last one if that is enough.
func (d *Dictionary) allocate(slots int) {
	if slots <= cap(d.slots) {
		d.slots = d.slots[:slots]
		clear(d.slots)
	} else {
		d.slots = make([]uint64, slots)
	}
	d.shift = 64 - bits.Len(uint(slots-1))
}

// hashNumber spreads the bits of numbers that differ in few, as measured times do, over the upper ones of a word.
func hashNumber(v uint64) uint64 {
	const odd = 0x9E3779B97F4A7C15 // 2⁶⁴ divided by the golden ratio
	v ^= v >> 32
	v *= odd
	v ^= v >> 29
	return v * odd
}
