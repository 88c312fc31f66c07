package rum

// Strings is a list of texts in one piece of memory: no allocation and no pointer per text, so that the garbage
// collector has nothing to follow in a column of a million URLs.
type Strings struct {
	text []byte
	ends []uint32
}

// Len is the number of texts.
func (s *Strings) Len() int { return len(s.ends) }

// At returns the i-th text. It shares the list's memory: it is valid until the list is written or its Block is Reset,
// so keep a strings.Clone of what must live longer.
func (s *Strings) At(i int) string {
	var from uint32
	if i > 0 {
		from = s.ends[i-1]
	}
	b := s.text[from:s.ends[i]]
	return borrow(b)
}

// Raw returns all texts one behind the other, and where each of them ends: the i-th is text[ends[i-1]:ends[i]]. Both
// are the list's own memory, under the same terms as what At returns, and must not be changed.
func (s *Strings) Raw() (text []byte, ends []uint32) { return s.text, s.ends }

// AppendString adds a text.
func (s *Strings) AppendString(v string) {
	s.text = append(s.text, v...)
	s.end()
}

// end makes a text of the bytes that were appended to s.text since the last one.
func (s *Strings) end() { s.ends = append(s.ends, uint32(len(s.text))) }

// reserve makes room for n bytes more.
func (s *Strings) reserve(n int) {
	if cap(s.text)-len(s.text) < n {
		s.text = grown(s.text, len(s.text)+n)
	}
}

// resize makes the list one of n texts. New ones are empty; one that was begun and not ended is dropped.
func (s *Strings) resize(n int) {
	s.truncate(n)
	for len(s.ends) < n {
		s.end()
	}
}

// truncate keeps the first n texts.
func (s *Strings) truncate(n int) {
	s.ends = s.ends[:min(n, len(s.ends))]
	end := uint32(0)
	if len(s.ends) > 0 {
		end = s.ends[len(s.ends)-1]
	}
	s.text = s.text[:end]
}
