package pages

import "github.com/parquet-go/parquet-go/format"

// Leaf is a leaf column of the schema.
type Leaf struct {
	Path []string
	Type format.Type
	// MaxDefinition and MaxRepetition are the greatest levels: for an optional column 1 and 0.
	MaxDefinition, MaxRepetition byte
}

// Values is what a leaf column holds in a row group.
type Values struct {
	// Definition has the level of every entry, which is a value or says that there is none. Nil is the greatest for all,
	// or 0 for all when there is no value.
	Definition []byte
	// Repetition has the level of every entry. Nil is 0 for all: an entry is a row.
	Repetition []byte

	// One of these has the values, in the order of their entries.
	Texts   []string // of ByteArray
	Numbers []uint64 // of everything else: the bits of a float, integers with their sign extended, a bool as 0 and 1
	IDs     []uint32 // numbers in the Dictionary
	// Dictionary is what IDs refer to, nil when there are none.
	Dictionary *Dictionary
}

func (v *Values) len() int { return max(len(v.Texts), len(v.Numbers), len(v.IDs)) }

// slice returns the values from one to another, without levels.
func (v *Values) slice(from, to int) Values {
	part := Values{Dictionary: v.Dictionary}
	switch {
	case v.Dictionary != nil:
		part.IDs = v.IDs[from:to]
	case v.Texts != nil:
		part.Texts = v.Texts[from:to]
	default:
		part.Numbers = v.Numbers[from:to]
	}
	return part
}
