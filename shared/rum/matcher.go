package rum

// matcher finds where a JSON value ends without understanding it, by its brackets and quotes, so that a value with an
// error inside is refused alone. It takes the value in pieces.
type matcher struct {
	depth    int
	inString bool
	escaped  bool
}

type matched uint8

const (
	unfinished  matched = iota // the value goes on behind these bytes
	complete                   // it ends with them
	brokenQuote                // a string runs into the end of its line, which JSON does not allow
)

// feed looks at the next bytes and returns how many of them belong to the value.
func (m *matcher) feed(b []byte) (int, matched) {
	for i, c := range b {
		switch {
		case m.escaped:
			m.escaped = false
			if c == '\n' {
				return i, brokenQuote
			}
		case m.inString:
			switch c {
			case '\\':
				m.escaped = true
			case '\n':
				return i, brokenQuote
			case '"':
				m.inString = false
				if m.depth == 0 {
					return i + 1, complete
				}
			}
		case c == '"':
			m.inString = true
		case c == '{' || c == '[':
			m.depth++
		case c == '}' || c == ']':
			m.depth--
			if m.depth <= 0 {
				return i + 1, complete
			}
		}
	}
	return len(b), unfinished
}
