package rum

// ByTheLetter makes a decoder read nothing quickly, for tests that hold the quick ways against the plain one.
func ByTheLetter(d *Decoder) { d.parser.letter = true }
