package rum

// key is a field's key as most producers write it, with quotes and colon, in words that are compared at once.
type key struct {
	length      int
	words, mask [keyBytes / wordBytes]uint64
}

// keyBytes bounds the length of keys that can be expected; longer ones are only read.
const keyBytes = 32

// is says whether the words are the key's, whatever is behind it.
func (k *key) is(w0, w1, w2, w3 uint64) bool {
	return (w0^k.words[0])&k.mask[0]|(w1^k.words[1])&k.mask[1]|(w2^k.words[2])&k.mask[2]|(w3^k.words[3])&k.mask[3] == 0
}

// keysOf are the keys of the fields, counted from 1. No JSON begins with one of the others.
var keysOf = func() (keys [256]key) {
	for i := range keys {
		keys[i] = keyOf("\x00")
	}
	for i, f := range fields {
		keys[i+1] = keyOf(`"` + f.Name + `":`)
	}
	return keys
}()

func keyOf(text string) key {
	if len(text) > keyBytes {
		text = "\x00"
	}
	k := key{length: len(text)}
	for i := range text {
		shift := 8 * (i % wordBytes)
		k.words[i/wordBytes] |= uint64(text[i]) << shift
		k.mask[i/wordBytes] |= 0xFF << shift
	}
	return k
}

// nameTable finds fields by their names, for the keys that are not expected: every unknown one among them. It is a hash
// table with linear probing, of fields counted from 1.
type nameTable [1 << nameBits]uint8

const nameBits = 9

var namesOf = func() (t nameTable) {
	for i, f := range fields {
		slot := hashName([]byte(f.Name))
		for t[slot] > 0 {
			slot = (slot + 1) % uint32(len(t))
		}
		t[slot] = uint8(i + 1)
	}
	return t
}()

// find returns the field of the name, counted from 1; 0 when there is none.
func (t *nameTable) find(name []byte) uint8 {
	if len(name) < 2 {
		return 0
	}
	slot := hashName(name)
	for t[slot] > 0 && string(name) != fields[t[slot]-1].Name {
		slot = (slot + 1) % uint32(len(t))
	}
	return t[slot]
}

// hashName mixes the length of a name of two bytes or more with those of its bytes that tell the schema's names apart.
func hashName(name []byte) uint32 {
	n := len(name)
	h := uint32(name[0]) | uint32(name[n/2])<<8 | uint32(name[n-2])<<16 | uint32(name[n/4])<<24
	const golden = 0x9E3779B1 // 2^32 by the golden ratio, as in Knuth's multiplicative hashing
	return (h ^ uint32(n)*0x01010101) * golden >> (32 - nameBits)
}
