package rum

// matcher finds where a JSON value ends without understanding it, by its brackets and quotes, so that a value with an
// error inside is refused alone. It takes the value in pieces.
type matcher struct {
	open     [maxDepth]byte // closing brackets that are waited for
	depth    int
	inString bool
	escaped  bool
}

type matched uint8

const (
	unfinished  matched = iota // the value goes on behind these bytes
	complete                   // it ends with them
	brokenQuote                // a string runs into the end of its line, which JSON does not allow
	unbalanced                 // the brackets do not match, or are too deep
)

// feed looks at the next bytes and returns how many of them belong to the value.
func (m *matcher) feed(b []byte) (int, matched) {
	for i, c := range b {
		switch {
		case c == '\n' && m.inString:
			return i, brokenQuote
		case m.escaped:
			m.escaped = false
		case m.inString && c == '\\':
			m.escaped = true
		case c == '"':
			m.inString = !m.inString
			if !m.inString && m.depth == 0 {
				return i + 1, complete
			}
		case m.inString:
		case c == '{' || c == '[':
			if m.depth == maxDepth {
				return i, unbalanced
			}
			m.open[m.depth] = c + 2 // in ASCII the closing bracket is two behind the opening one
			m.depth++
		case c == '}' || c == ']':
			if m.depth == 0 || m.open[m.depth-1] != c {
				return i, unbalanced
			}
			m.depth--
			if m.depth == 0 {
				return i + 1, complete
			}
		}
	}
	return len(b), unfinished
}
